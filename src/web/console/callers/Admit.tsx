import { PinSlip as Schema } from '../../../protocol/api/callers.ts';
import { here } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { LimitFields, NameAndLanguage } from './CallerFields.tsx';
import { callerIn } from './fields.ts';
import type { PinSlip } from './slip.ts';
import { UnitField } from './UnitField.tsx';

/** Lets somebody in: a name is enough. */
export function Admit({ onClose, onDone }: { onClose: () => void; onDone: (slip: PinSlip) => void }) {
  const w = words.value;
  const send = async (form: FormData): Promise<void> => {
    const caller = textOf(form, 'caller');
    const unit = textOf(form, 'unit') || null;
    const body = { ...callerIn(form), unit, ...(caller === '' ? {} : { caller }) };
    onDone(await ask('POST', `/facilities/${here.peek()?.facility ?? ''}/callers`, Schema, body));
  };
  return (
    <FormDialog title={w.callers.admit} button={w.callers.admitNow} onClose={onClose} send={send}>
      <NameAndLanguage />
      <label class="field">
        {w.callers.id}
        <input type="text" name="caller" maxLength={63} autocomplete="off" pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" />
        <small>{w.callers.idHint}</small>
      </label>
      <UnitField unit={null} />
      <details>
        <summary>{w.callers.limits}</summary>
        <LimitFields />
      </details>
    </FormDialog>
  );
}
