import { words } from '../words/words.ts';
import { FormDialog } from './FormDialog.tsx';
import { textOf } from './useForm.ts';

/** Asks why something is done, and does it. */
export function WhyDialog(props: {
  title: string;
  ask: string;
  button: string;
  danger?: boolean;
  onClose: () => void;
  /** @throws Problem */
  send: (why: string) => Promise<void>;
}) {
  const { ask, send, ...dialog } = props;
  return (
    <FormDialog {...dialog} says={ask} send={(form) => send(textOf(form, 'why'))}>
      <label class="field">
        {words.value.orders.why}
        <input type="text" name="why" required maxLength={500} />
      </label>
    </FormDialog>
  );
}
