import { CompactSign, type JWK } from 'jose';
import { expect, test } from 'vitest';
import { signRecord, verifyRecord } from '../../src/protocol/attest.ts';
import { recordOf } from '../terminal/storage/entries.ts';
import { makeTerminalKey } from '../terminal-keys.ts';

const key = await makeTerminalKey();
const other = await makeTerminalKey();
const { d: _, ...open } = key;
const record = recordOf(1);

/** A record signed with `by`, of which the header and the payload say what they are told to. */
function forge(header: object, { by = key, aud = 'tierphone-platform', content = record as object } = {}) {
  const payload = new TextEncoder().encode(JSON.stringify({ aud, content }));
  const usual = { alg: 'Ed25519', typ: 'tierphone-record', kid: key.kid, jwk: open };
  return new CompactSign(payload).setProtectedHeader({ ...usual, ...header }).sign(by);
}

test('a record is believed as its phone signed it, and tells the key, whose secret stays where it is', async () => {
  const jws = await signRecord(record, key);
  const verified = await verifyRecord(jws);
  expect(verified).toEqual({ record, key: open });
  expect(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()).not.toContain(key.d);
  // The same record is the same text: sent again, it can be told that it is the same.
  expect(await signRecord(record, key)).toBe(jws);
  expect(await verifyRecord(await forge({}))).toEqual(verified);
});

test.each<[string, () => Promise<string>, string]>([
  [
    'a key that bears the name of another',
    () => forge({ jwk: { ...open, x: other.x } }, { by: other }),
    'the name of another',
  ],
  ['another key than goes with it', () => forge({}, { by: other }), 'not that of its issuer'],
  ['no key', () => forge({ jwk: undefined }), 'no key of a terminal'],
  ['a secret key', () => forge({ jwk: key as JWK }), 'no key of a terminal'],
  ['a signature for something else', () => forge({ typ: 'tierphone-self-test' }), 'the type must be'],
  ['another audience', () => forge({}, { aud: 'tierphone-staff' }), 'the audience must be'],
  ['another algorithm', () => forge({ alg: 'EdDSA' }), 'the algorithm must be'],
  ['what is no record', () => forge({}, { content: { ...record, talked: -1 } }), 'not as it should be: talked'],
])('a record is not believed with %s', async (_, forged, why) => {
  await expect(verifyRecord(await forged())).rejects.toThrow(why);
});

test('a record of which one character is another is not believed', async () => {
  const jws = await signRecord(record, key);
  for (let at = 0; at < jws.length - 1; at += 7) {
    const changed = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
    await expect(verifyRecord(changed)).rejects.toThrow();
  }
});
