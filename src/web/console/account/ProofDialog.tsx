import type { ComponentChildren } from 'preact';
import { Dialog } from '../../kit/Dialog.tsx';
import { useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';

/** A change of one's own proofs: the password is asked for again, and then what else the change wants. */
export function ProofDialog(props: {
  title: string;
  /** What it leads to. */
  says: string;
  button: string;
  danger?: boolean;
  onClose: () => void;
  /** @throws Problem */
  send: (password: string, form: FormData) => Promise<void>;
  children?: ComponentChildren;
}) {
  const w = words.value;
  const { wrong, busy, submit } = useForm((form) => props.send(String(form.get('current') ?? ''), form));
  return (
    <Dialog title={props.title} close={w.close} onClose={props.onClose}>
      <p>{props.says}</p>
      <form onSubmit={submit}>
        <label class="field">
          {w.mine.passwordNow}
          <input type="password" name="current" autocomplete="current-password" required />
        </label>
        {props.children}
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
