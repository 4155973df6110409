import { useState } from 'preact/hooks';
import { AttorneyAsked, AttorneyWish } from '../../../protocol/api/attorneys.ts';
import { ask, parse } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Door } from './Door.tsx';

/** Who is an attorney asks here, without signing in, that calls to him from a facility be private. */
export function AskAsAttorney({ facility }: { facility: string }) {
  const w = words.value.attorneys;
  const [done, setDone] = useState(false);
  const { wrong, busy, submit } = useForm(async (form) => {
    const said = { ...{ name: textOf(form, 'name'), bar: textOf(form, 'bar') }, firm: textOf(form, 'firm') || null };
    const wish = parse(AttorneyWish, { ...said, number: textOf(form, 'number'), email: textOf(form, 'email') });
    await ask('POST', `/facilities/${encodeURIComponent(facility)}/attorneys`, AttorneyAsked, wish);
    setDone(true);
  });
  return (
    <Door title={w.title}>
      {done && <p role="status">{w.done}</p>}
      {!done && (
        <form onSubmit={submit}>
          <p>{w.hint(facility)}</p>
          <label class="field">
            {w.name}
            <input type="text" name="name" autocomplete="name" required maxLength={120} />
          </label>
          <label class="field">
            {w.bar}
            <input type="text" name="bar" required maxLength={60} />
            <small>{w.barHint}</small>
          </label>
          <label class="field">
            {w.firm}
            <input type="text" name="firm" autocomplete="organization" maxLength={120} />
          </label>
          <label class="field">
            {w.number}
            <input type="tel" name="number" autocomplete="tel" required defaultValue="+1" />
          </label>
          <label class="field">
            {words.value.account.email}
            <input type="email" name="email" autocomplete="email" required maxLength={254} />
          </label>
          <p class="wrong" role="alert">
            {wrong}
          </p>
          <button type="submit" class="main" disabled={busy}>
            {w.send}
          </button>
        </form>
      )}
    </Door>
  );
}
