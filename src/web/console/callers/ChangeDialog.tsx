import { type Caller, Caller as Schema } from '../../../protocol/api/callers.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { ask } from '../api/ask.ts';
import { useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { LimitFields, NameAndLanguage } from './CallerFields.tsx';
import { callerIn } from './fields.ts';

/** Changes what is known of somebody, and what he may. */
export function ChangeDialog(props: { path: `/${string}`; caller: Caller; onClose: () => void; onDone: () => void }) {
  const w = words.value;
  const { path, caller, onClose, onDone } = props;
  const { wrong, busy, submit } = useForm(async (form) => {
    await ask('PATCH', path, Schema, callerIn(form));
    onDone();
  });
  return (
    <Dialog title={`${w.callers.change}: ${caller.name}`} close={w.close} onClose={onClose}>
      <form onSubmit={submit}>
        <NameAndLanguage caller={caller} />
        <LimitFields caller={caller} />
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {w.save}
        </button>
      </form>
    </Dialog>
  );
}
