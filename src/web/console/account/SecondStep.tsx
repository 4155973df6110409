import { useState } from 'preact/hooks';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { knowsPasskeys, proveByPasskey } from './passkey.ts';
import { proveSecond, type Way } from './session.ts';

/** The second step: by a passkey, by the code that an app shows, or by one that stands on paper. */
export function SecondStep({ ways, onBack }: { ways: readonly Way[]; onBack: () => void }) {
  const w = words.value.account;
  const can = ways.filter((one) => one !== 'passkey' || knowsPasskeys);
  const [way, setWay] = useState<Way>(can.includes('passkey') ? 'passkey' : (can[0] ?? 'recovery'));
  const { wrong, busy, submit } = useForm(async (form) => {
    const code = textOf(form, 'code').replaceAll(/\s/g, '');
    if (way === 'passkey') await proveSecond({ passkey: await proveByPasskey('/session/second/offer') });
    else await proveSecond(way === 'totp' ? { totp: code } : { recovery: code });
  });
  return (
    <form onSubmit={submit}>
      {way === 'passkey' ? <p>{w.passkeyHint}</p> : <CodeField way={way} key={way} />}
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="main" disabled={busy}>
        {way === 'passkey' ? w.passkey : w.finish}
      </button>
      <div class="others">
        {can
          .filter((one) => one !== way)
          .map((one) => (
            <button key={one} type="button" class="link" onClick={() => setWay(one)}>
              {w.instead[one]}
            </button>
          ))}
        <button type="button" class="link" onClick={onBack}>
          {w.back}
        </button>
      </div>
    </form>
  );
}

function CodeField({ way }: { way: 'totp' | 'recovery' }) {
  const w = words.value.account;
  const isPaper = way === 'recovery';
  return (
    <label class="field">
      {isPaper ? w.recovery : w.code}
      <input
        {...(isPaper ? { autocomplete: 'off' } : { autocomplete: 'one-time-code', inputMode: 'numeric' })}
        type="text"
        name="code"
        class="code"
        aria-describedby="code-hint"
        required
        autofocus
        // The person is in the middle of signing in: the next thing wanted is the code.
        ref={(input: HTMLInputElement | null) => input?.focus()}
      />
      <small id="code-hint">{isPaper ? w.recoveryHint : w.codeHint}</small>
    </label>
  );
}
