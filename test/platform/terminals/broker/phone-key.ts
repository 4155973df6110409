import { createPrivateKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { TerminalPrivateKey, TerminalPublicKey } from '../../../../src/protocol/keys.ts';

/** What others know of a phone's key, and the key as TLS takes it (PEM). */
export async function phoneKey(): Promise<{ known: TerminalPublicKey; pem: string }> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const { d: _, ...known } = TerminalPrivateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return { known: TerminalPublicKey.parse(known), pem: String(key.export({ format: 'pem', type: 'pkcs8' })) };
}
