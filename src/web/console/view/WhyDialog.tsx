import { Dialog } from '../../kit/Dialog.tsx';
import { words } from '../words/words.ts';
import { textOf, useForm } from './useForm.ts';

/** Asks why something is done, and does it; what the server has against it stands there. */
export function WhyDialog(props: {
  title: string;
  ask: string;
  button: string;
  danger?: boolean;
  onClose: () => void;
  /** @throws Problem */
  send: (why: string) => Promise<void>;
}) {
  const w = words.value;
  const { wrong, busy, submit } = useForm((form) => props.send(textOf(form, 'why')));
  return (
    <Dialog title={props.title} close={w.close} onClose={props.onClose}>
      <p>{props.ask}</p>
      <form onSubmit={submit}>
        <label class="field">
          {w.orders.why}
          <input type="text" name="why" required maxLength={500} />
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <div class="sheet-buttons">
          <button type="submit" class={props.danger ? 'main danger' : 'main'} disabled={busy}>
            {props.button}
          </button>
          <button type="button" class="plain" onClick={props.onClose}>
            {w.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
