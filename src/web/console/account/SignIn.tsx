import { useState } from 'preact/hooks';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Door } from './Door.tsx';
import { knowsPasskeys, proveByPasskey } from './passkey.ts';
import { SecondStep } from './SecondStep.tsx';
import { enterByPasskey, signIn, type Way } from './session.ts';

/** The door: password first, then the second step; or a passkey in the place of both. */
export function SignIn() {
  const w = words.value.account;
  const [second, setSecond] = useState<readonly Way[] | null>(null);
  return (
    <Door title={second === null ? w.title : w.codeTitle}>
      {second === null ? (
        <>
          <Password onDone={setSecond} />
          {knowsPasskeys && <Passkey />}
        </>
      ) : (
        <SecondStep ways={second} onBack={() => setSecond(null)} />
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
