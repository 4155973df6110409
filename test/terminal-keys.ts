import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { TerminalPrivateKey } from '../src/protocol/keys.ts';

/** A key as a terminal makes it at its first start. */
export async function makeTerminalKey(): Promise<TerminalPrivateKey> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return TerminalPrivateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}

const keys = new Map<string, Promise<TerminalPrivateKey>>();

/** The key of the phone that hangs in a place: the same as long as this process runs. */
export function keyOf({ facility, terminal }: { readonly facility: string; readonly terminal: string }) {
  const place = `${facility}/${terminal}`;
  const key = keys.get(place) ?? makeTerminalKey();
  keys.set(place, key);
  return key;
}
