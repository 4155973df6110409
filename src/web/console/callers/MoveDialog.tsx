import { type Caller, Moved } from '../../../protocol/api/callers.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { UnitField } from './UnitField.tsx';

/** Houses somebody elsewhere. */
export function MoveDialog(props: { path: `/${string}`; caller: Caller; onClose: () => void; onDone: () => void }) {
  const w = words.value;
  const { path, caller, onClose, onDone } = props;
  const send = async (form: FormData): Promise<void> => {
    await ask('POST', `${path}/move`, Moved, { unit: textOf(form, 'unit') || null, why: textOf(form, 'why') });
    onDone();
  };
  return (
    <FormDialog title={`${w.callers.move}: ${caller.name}`} button={w.callers.move} onClose={onClose} send={send}>
      <UnitField unit={caller.unit} />
      <label class="field">
        {w.orders.why}
        <input type="text" name="why" required maxLength={500} />
      </label>
    </FormDialog>
  );
}
