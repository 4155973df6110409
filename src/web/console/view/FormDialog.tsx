import type { ComponentChildren } from 'preact';
import { Dialog } from '../../kit/Dialog.tsx';
import { words } from '../words/words.ts';
import { useForm } from './useForm.ts';

/** A form over the page, that is closed when it was taken. */
export function FormDialog(props: {
  title: string;
  button?: string;
  onClose: () => void;
  /** @throws Problem */
  send: (form: FormData) => Promise<void>;
  children: ComponentChildren;
  /** What stands there besides, and is none of the form's. */
  below?: ComponentChildren;
}) {
  const w = words.value;
  const { wrong, busy, submit } = useForm(async (form) => {
    await props.send(form);
    props.onClose();
  });
  return (
    <Dialog title={props.title} close={w.close} onClose={props.onClose}>
      <form onSubmit={submit}>
        {props.children}
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {props.button ?? w.save}
        </button>
      </form>
      {props.below}
    </Dialog>
  );
}
