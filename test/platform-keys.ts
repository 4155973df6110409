import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { PlatformKeys, PlatformPrivateKeys } from '../src/protocol/keys.ts';

/** The keys of a platform: its own, what terminals have of them, and its own as they stand in a file. */
export interface TestKeys {
  readonly own: PlatformPrivateKeys;
  readonly known: PlatformKeys;
  readonly file: string;
}

export async function makePlatformKeys(): Promise<TestKeys> {
  const sealing = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  const replies = await generateKeyPair('Ed25519', { extractable: true });
  const kid = await calculateJwkThumbprint(await exportJWK(replies.publicKey));
  const secret = { keys: [await exportJWK(sealing.privateKey), { ...(await exportJWK(replies.privateKey)), kid }] };
  const open = { keys: [await exportJWK(sealing.publicKey), { ...(await exportJWK(replies.publicKey)), kid }] };
  return { own: PlatformPrivateKeys.parse(secret), known: PlatformKeys.parse(open), file: JSON.stringify(secret) };
}
