import { useState } from 'preact/hooks';
import { Problem } from '../api/ask.ts';

/** A form that is sent by `send`; what the server has against it stands in `wrong`. */
export function useForm(send: (form: FormData) => Promise<void>) {
  const [wrong, setWrong] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (busy || !(event.currentTarget instanceof HTMLFormElement)) return;
    // With the name of the button that was pressed, where it has one.
    const form = new FormData(event.currentTarget, event.submitter);
    setBusy(true);
    setWrong('');
    send(form)
      .catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        setWrong(error.message);
      })
      .finally(() => setBusy(false));
  };
  return { wrong, busy, submit };
}

/** The text of a field of a form. */
export const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
};

/** The minutes in a field of a form, as milliseconds; null where it is empty. */
export const minutesIn = (form: FormData, name: string): number | null =>
  textOf(form, name) === '' ? null : Number(textOf(form, name)) * 60_000;
