import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { KeySet, type Permit } from '../../src/protocol/key-set.ts';
import { type OrderPrivateKey, RootPrivateKey, RootPublicKey } from '../../src/protocol/keys.ts';
import { publicOf } from '../terminal/fleet/phone.ts';

/** A site's root key. */
export async function rootKey(): Promise<{ root: RootPrivateKey; known: RootPublicKey }> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const { d, ...jwk } = await exportJWK(privateKey);
  const known = RootPublicKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
  return { root: RootPrivateKey.parse({ ...known, d }), known };
}

/** Over the whole facility. */
export const WHOLE = { kind: 'facility' } as const;
/** Orders and commands over the whole facility, and hotlines. */
export const ALL: Permit[] = [{ to: 'orders', over: WHOLE }, { to: 'commands', over: WHOLE }, { to: 'hotlines' }];

/** What a key of a set may, by who has it. */
export type Member = readonly [key: OrderPrivateKey, may: readonly Permit[], until?: number];

/** A set with these keys in it. */
export const setOf = (facility: string, sequence: number, members: readonly Member[]): KeySet =>
  KeySet.parse({
    ...{ facility, sequence, since: 0 },
    keys: members.map(([key, may, until]) => ({ key: publicOf(key), name: key.kid, may, until: until ?? null })),
  });

export const thumbprintOf = (key: OrderPrivateKey): Promise<string> => calculateJwkThumbprint(publicOf(key));
