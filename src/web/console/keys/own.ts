import { effect, signal } from '@preact/signals';
import { OrderPublicKey } from '../../../protocol/keys.ts';
import { here, me } from '../account/session.ts';
import { keepKey, type OwnKey, readKey } from './kept.ts';

/** This browser's key for the facility and the person: not looked for yet, none, or one. */
export const ownKey = signal<OwnKey | 'looking' | null>('looking');

effect(() => {
  const facility = here.value?.facility;
  const person = me.value?.id;
  ownKey.value = 'looking';
  if (facility === undefined || person === undefined) return;
  void readKey(facility, person).then((key) => {
    if (here.peek()?.facility === facility && me.peek()?.id === person) ownKey.value = key;
  });
});

/** Letters that cannot be taken for one another, for the end of an issuer's name. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Makes a key here, in the place of one that was made before: Ed25519, and no program can read its private half. */
export async function makeKey(): Promise<OwnKey> {
  const facility = here.peek()?.facility;
  const person = me.peek();
  if (facility === undefined || person === null) throw new Error('a key is made for somebody and a facility');
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('this browser made no pair of keys');
  const { kty, crv, x } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const key = OrderPublicKey.parse({ kty, crv, x, kid: issuerOf(person.name) });
  const own = { key, held: pair.privateKey, made: Date.now() };
  await keepKey(facility, person.id, own);
  ownKey.value = own;
  return own;
}

/** A name for the issuer of what this key signs: the person's, and four letters, as he may have other browsers. */
function issuerOf(name: string): string {
  const plain = name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '.')
    .replaceAll(/^\.|\.$/g, '');
  const end = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => LETTERS[byte % LETTERS.length]).join('');
  return `${plain.slice(0, 50) || 'officer'}-${end}`;
}
