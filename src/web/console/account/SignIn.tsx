import { useState } from 'preact/hooks';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Door } from './Door.tsx';
import { proveSecond, signIn, type Way } from './session.ts';

/** The door: password first, then the second step. */
export function SignIn() {
  const w = words.value.account;
  const [second, setSecond] = useState<readonly Way[] | null>(null);
  return (
    <Door title={second === null ? w.title : w.codeTitle}>
      {second === null ? (
        <Password onDone={setSecond} />
      ) : (
        <SecondStep factors={second} onBack={() => setSecond(null)} />
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

function SecondStep({ factors, onBack }: { factors: readonly Way[]; onBack: () => void }) {
  const w = words.value.account;
  const [paper, setPaper] = useState(!factors.includes('totp'));
  const { wrong, busy, submit } = useForm((form) => {
    const code = textOf(form, 'code').replaceAll(/\s/g, '');
    return proveSecond(paper ? { recovery: code } : { totp: code });
  });
  return (
    <form onSubmit={submit}>
      {factors.length === 1 && factors[0] === 'passkey' && <p>{w.passkeyOnly}</p>}
      <label class="field" key={paper ? 'paper' : 'app'}>
        {paper ? w.recovery : w.code}
        <input
          {...(paper ? { autocomplete: 'off' } : { autocomplete: 'one-time-code', inputMode: 'numeric' })}
          type="text"
          name="code"
          class="code"
          aria-describedby="code-hint"
          required
          autofocus
          // The person is in the middle of signing in: the next thing wanted is the code.
          ref={(input: HTMLInputElement | null) => input?.focus()}
        />
        <small id="code-hint">{paper ? w.recoveryHint : w.codeHint}</small>
      </label>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="main" disabled={busy}>
        {w.finish}
      </button>
      <div class="others">
        {factors.includes('totp') && (
          <button type="button" class="link" onClick={() => setPaper(!paper)}>
            {paper ? w.useCode : w.useRecovery}
          </button>
        )}
        <button type="button" class="link" onClick={onBack}>
          {w.back}
        </button>
      </div>
    </form>
  );
}
