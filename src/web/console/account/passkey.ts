import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { PasskeyAsk, PasskeyOffer } from '../../../protocol/api/passkeys.ts';
import { ask, Problem } from '../api/ask.ts';
import { words } from '../words/words.ts';

/** Whether this browser can use passkeys at all. */
export const knowsPasskeys = browserSupportsWebAuthn();

/** Has a passkey sign what the server asks at `offer`. @throws Problem */
export async function proveByPasskey(offer: '/session/passkey/offer' | '/session/second/offer'): Promise<object> {
  const optionsJSON = await ask('POST', offer, PasskeyAsk);
  return told(startAuthentication({ optionsJSON }));
}

/** Has a passkey made. @throws Problem */
export async function makePasskey(password: string): Promise<object> {
  const optionsJSON = await ask('POST', '/me/passkeys/offer', PasskeyOffer, { password });
  return told(startRegistration({ optionsJSON }));
}

/** What the browser, or the person, has against it, in our words. */
async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const w = words.peek().passkeys;
    const name = error instanceof Error ? error.name : '';
    const known: Readonly<Record<string, string>> = {
      ...{
        NotAllowedError: w.notGiven,
        AbortError: w.notGiven,
        InvalidStateError: w.knownHere,
        SecurityError: w.otherPlace,
      },
    };
    throw new Problem(0, known[name] ?? w.failed(name));
  }
}
