import { type Caller, Moved } from '../../../protocol/api/callers.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { ask } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { UnitField } from './UnitField.tsx';

/** Houses somebody elsewhere. */
export function MoveDialog(props: { path: `/${string}`; caller: Caller; onClose: () => void; onDone: () => void }) {
  const w = words.value;
  const { path, caller, onClose, onDone } = props;
  const { wrong, busy, submit } = useForm(async (form) => {
    await ask('POST', `${path}/move`, Moved, { unit: textOf(form, 'unit') || null, why: textOf(form, 'why') });
    onDone();
  });
  return (
    <Dialog title={`${w.callers.move}: ${caller.name}`} close={w.close} onClose={onClose}>
      <form onSubmit={submit}>
        <UnitField unit={caller.unit} />
        <label class="field">
          {w.orders.why}
          <input type="text" name="why" required maxLength={500} />
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {w.callers.move}
        </button>
      </form>
    </Dialog>
  );
}
