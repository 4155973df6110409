import type { ComponentChildren } from 'preact';
import { FormDialog } from '../view/FormDialog.tsx';
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
  const { send, children, ...dialog } = props;
  return (
    <FormDialog {...dialog} send={(form) => send(String(form.get('current') ?? ''), form)}>
      <label class="field">
        {words.value.mine.passwordNow}
        <input type="password" name="current" autocomplete="current-password" required />
      </label>
      {children}
    </FormDialog>
  );
}
