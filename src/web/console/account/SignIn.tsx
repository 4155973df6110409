import { useEffect, useState } from 'preact/hooks';
import { SignInWays } from '../../../protocol/api/people.ts';
import { Problem } from '../api/ask.ts';
import { useAsked } from '../view/useAsked.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Door } from './Door.tsx';
import { knowsPasskeys, proveByPasskey } from './passkey.ts';
import { cameBack, enterByProvider, goToProvider } from './provider.ts';
import { SecondStep } from './SecondStep.tsx';
import { enterByPasskey, signIn, type Way } from './session.ts';

/** The door: password first, then the second step; or a passkey or the sign-on of the site in the place of both. */
export function SignIn() {
  const w = words.value;
  const [second, setSecond] = useState<readonly Way[] | null>(null);
  const { answer: ways, wrong } = useAsked('/session/ways', SignInWays);
  const isAsking = ways === null && wrong === '';
  return (
    <Door title={second === null ? w.account.title : w.account.codeTitle}>
      {isAsking && <p class="wait">{w.loading}</p>}
      {second !== null && <SecondStep ways={second} onBack={() => setSecond(null)} />}
      {second === null && !isAsking && (
        <>
          {ways?.own !== false && <Password onDone={setSecond} />}
          {ways?.own !== false && knowsPasskeys && <Passkey />}
          {ways?.provider && <SiteSignOn name={ways.provider} />}
        </>
      )}
    </Door>
  );
}

function Password({ onDone }: { onDone: (second: readonly Way[]) => void }) {
  const w = words.value.account;
  const { wrong, busy, submit } = useForm(async (form) => {
    onDone(await signIn(textOf(form, 'email'), String(form.get('password') ?? '')));
  });
  return (
    <form onSubmit={submit}>
      <label class="field">
        {w.email}
        <input type="email" name="email" autocomplete="username" required autofocus />
      </label>
      <label class="field">
        {w.password}
        <input type="password" name="password" autocomplete="current-password" required />
      </label>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="main" disabled={busy}>
        {w.next}
      </button>
    </form>
  );
}

function Passkey() {
  const w = words.value.account;
  const { wrong, busy, submit } = useForm(async () => enterByPasskey(await proveByPasskey('/session/passkey/offer')));
  return (
    <form class="other-way" onSubmit={submit}>
      <button type="submit" class="plain" disabled={busy}>
        {w.passkey}
      </button>
      <p class="wrong" role="alert">
        {wrong}
      </p>
    </form>
  );
}

function SiteSignOn({ name }: { name: string }) {
  const w = words.value.account;
  const { wrong, busy, submit } = useForm(goToProvider);
  const [refused, setRefused] = useState('');
  useEffect(() => {
    if (!cameBack()) return;
    enterByProvider().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      setRefused(error.message);
    });
  }, []);
  return (
    <form class="other-way" onSubmit={submit}>
      <button type="submit" class="plain" disabled={busy}>
        {w.by(name)}
      </button>
      <p class="wrong" role="alert">
        {wrong || refused}
      </p>
    </form>
  );
}
