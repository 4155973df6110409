import type { ComponentChildren } from 'preact';
import { Dialog } from '../../kit/Dialog.tsx';
import { words } from '../words/words.ts';
import { useForm } from './useForm.ts';

/** A form over the page, that is closed when it was taken; what the server has against it stands there. */
export function FormDialog(props: {
  title: string;
  /** What it leads to. */
  says?: string;
  /** What sends it; without one, that it is saved. */
  button?: string;
  danger?: boolean | undefined;
  /** Whether it can be sent; it can unless it is said. */
  ready?: boolean;
  onClose: () => void;
  /** @throws Problem */
  send: (form: FormData) => Promise<void>;
  children?: ComponentChildren;
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
      {props.says && <p>{props.says}</p>}
      <form onSubmit={submit}>
        {props.children}
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <div class="sheet-buttons">
          <button type="submit" class={props.danger ? 'main danger' : 'main'} disabled={busy || props.ready === false}>
            {props.button ?? w.save}
          </button>
          <button type="button" class="plain" onClick={props.onClose}>
            {w.cancel}
          </button>
        </div>
      </form>
      {props.below}
    </Dialog>
  );
}
