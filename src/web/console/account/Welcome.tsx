import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { RecoveryCodes, Welcome as WelcomeLink } from '../../../protocol/api/people.ts';
import { Qr } from '../../kit/Qr.tsx';
import { ask } from '../api/ask.ts';
import { useAsked } from '../view/useAsked.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { CodeList } from './CodeList.tsx';
import { Door } from './Door.tsx';
import { askWhoIAm } from './session.ts';

/** Who comes by a link that was given to him makes his password and his second step, and keeps codes for the day that his telephone is lost. */
export function Welcome({ token }: { token: string }) {
  const w = words.value.welcome;
  const path = `/welcome/${encodeURIComponent(token)}` as const;
  const { answer, wrong } = useAsked(path, WelcomeLink);
  const [recovery, setRecovery] = useState<readonly string[] | null>(null);
  return (
    <Door title={recovery ? w.recoveryTitle : w.title}>
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      {answer && !recovery && <Proofs path={path} link={answer} onDone={setRecovery} />}
      {recovery && <Codes recovery={recovery} />}
    </Door>
  );
}

function Proofs(props: {
  path: `/${string}`;
  link: z.infer<typeof WelcomeLink>;
  onDone: (recovery: readonly string[]) => void;
}) {
  const w = words.value.welcome;
  const { path, link, onDone } = props;
  const { secret, uri, ticket } = link.totp;
  const { wrong, busy, submit } = useForm(async (form) => {
    const body = {
      name: textOf(form, 'name'),
      ...(link.email === null ? { email: textOf(form, 'email') } : {}),
      password: String(form.get('password') ?? ''),
      totp: { ticket, code: textOf(form, 'code').replaceAll(/\s/g, '') },
    };
    onDone((await ask('POST', path, RecoveryCodes, body)).recovery);
  });
  return (
    <form onSubmit={submit}>
      <label class="field">
        {w.name}
        <input type="text" name="name" autocomplete="name" required maxLength={100} defaultValue={link.name ?? ''} />
      </label>
      <label class="field">
        {words.value.account.email}
        <input
          type="email"
          name="email"
          autocomplete="username"
          required
          defaultValue={link.email ?? ''}
          readOnly={link.email !== null}
        />
      </label>
      <label class="field">
        {w.password}
        <input type="password" name="password" autocomplete="new-password" required minLength={12} maxLength={200} />
        <small>{w.passwordHint}</small>
      </label>
      <div class="app">
        <p>{w.app}</p>
        <Qr text={uri} label={w.qr} />
        <p class="quiet">
          {w.byHand} <code>{secret}</code>
        </p>
      </div>
      <label class="field">
        {words.value.account.code}
        <input type="text" name="code" class="code" inputMode="numeric" autocomplete="one-time-code" required />
      </label>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="main" disabled={busy}>
        {w.finish}
      </button>
    </form>
  );
}

function Codes({ recovery }: { recovery: readonly string[] }) {
  const w = words.value.welcome;
  return (
    <>
      <p>{w.recoveryWhy}</p>
      <CodeList codes={recovery} />
      <div class="sheet-buttons">
        <button type="button" class="plain" onClick={() => window.print()}>
          {w.print}
        </button>
        <button
          type="button"
          class="main"
          onClick={() => {
            location.hash = '';
            void askWhoIAm();
          }}
        >
          {w.kept}
        </button>
      </div>
    </>
  );
}
