import type { JWK } from 'jose';
import { type TerminalPrivateKey, TerminalPublicKey } from './keys.ts';
import { SelfTestResult } from './self-test.ts';
import { SignatureError, sign, verify } from './signed.ts';

const PURPOSE = { typ: 'tierphone-self-test', audience: 'tierphone-staff' };

/** Signs the result of a self-test with the terminal's own key, whose public part goes with it. */
export async function signResult(result: SelfTestResult, key: TerminalPrivateKey): Promise<string> {
  const { d: _, ...jwk } = key;
  return sign(PURPOSE, SelfTestResult.parse(result), key, { jwk });
}

/**
 * The result that `jws` carries and the key it is signed with, which goes with it. That the key is the terminal's own is for
 * the reader to know: by `trusted`, where he has it from the machine itself, or by its `kid`, which is its thumbprint.
 * @throws SignatureError
 */
export async function verifyResult(
  jws: string,
  trusted?: JWK,
): Promise<{ result: SelfTestResult; key: TerminalPublicKey }> {
  const { content, key } = await verify(
    PURPOSE,
    jws,
    ({ jwk }) => {
      const own = TerminalPublicKey.safeParse(jwk);
      if (!own.success) throw new SignatureError('it carries no key of a terminal');
      if (trusted !== undefined && trusted.x !== own.data.x)
        throw new SignatureError("not signed with this terminal's key");
      return own.data;
    },
    SelfTestResult,
  );
  return { result: content, key };
}
