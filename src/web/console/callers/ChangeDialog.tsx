import { type Caller, Caller as Schema } from '../../../protocol/api/callers.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { words } from '../words/words.ts';
import { LimitFields, NameAndLanguage } from './CallerFields.tsx';
import { callerIn } from './fields.ts';

/** Changes what is known of somebody, and what he may. */
export function ChangeDialog(props: { path: `/${string}`; caller: Caller; onClose: () => void; onDone: () => void }) {
  const w = words.value;
  const { path, caller, onClose, onDone } = props;
  const send = async (form: FormData): Promise<void> => {
    await ask('PATCH', path, Schema, callerIn(form));
    onDone();
  };
  return (
    <FormDialog title={`${w.callers.change}: ${caller.name}`} onClose={onClose} send={send}>
      <NameAndLanguage caller={caller} />
      <LimitFields caller={caller} />
    </FormDialog>
  );
}
