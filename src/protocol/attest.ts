import { calculateJwkThumbprint, type JWK } from 'jose';
import type { z } from 'zod';
import { CallRecord } from './call.ts';
import { type TerminalPrivateKey, TerminalPublicKey } from './keys.ts';
import { Renewal } from './renewal.ts';
import { SelfTestResult } from './self-test.ts';
import { type Header, type Purpose, SignatureError, sign, verify } from './signed.ts';

const SELF_TEST = { typ: 'tierphone-self-test', audience: 'tierphone-staff' };
const RECORD = { typ: 'tierphone-record', audience: 'tierphone-platform' };
const RENEWAL = { typ: 'tierphone-renewal', audience: 'tierphone-platform' };

/**
 * Keys that bear their own names, by all they say, so many at most: the oldest makes room. A phone signs with the same key for years, and
 * to take it in anew and reckon its thumbprint costs half as much as the signature (jose keeps what it made of a JWK as long as that object).
 */
const known = new Map<string, TerminalPublicKey>();
const KNOWN = 10_000;

/** Signs the result of a self-test with the terminal's own key, whose public part goes with it. */
export const signResult = (result: SelfTestResult, key: TerminalPrivateKey): Promise<string> =>
  attest(SELF_TEST, SelfTestResult.parse(result), key);

/** Signs the record of a lift, as `signResult` does a result: it is the phone's own word from then on. */
export const signRecord = (record: CallRecord, key: TerminalPrivateKey): Promise<string> => attest(RECORD, record, key);

/** Signs that it is this phone which asks for a new certificate. */
export const signRenewal = (renewal: Renewal, key: TerminalPrivateKey): Promise<string> =>
  attest(RENEWAL, renewal, key);

/** What is asked and by which key, as `verifyRecord` has it. @throws SignatureError */
export async function verifyRenewal(jws: string): Promise<{ renewal: Renewal; key: TerminalPublicKey }> {
  const { content, key } = await verifyAttested(RENEWAL, jws, carried, Renewal);
  return { renewal: content, key };
}

/**
 * The record that `jws` carries and the key it is signed with, which goes with it (RFC 7515 4.1.3) and is named by its
 * thumbprint. Whether that is the key of the phone that it says it is of is the reader's to know.
 * @throws SignatureError
 */
export async function verifyRecord(jws: string): Promise<{ record: CallRecord; key: TerminalPublicKey }> {
  const { content, key } = await verifyAttested(RECORD, jws, carried, CallRecord);
  return { record: content, key };
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
  const keyOf = (header: Header) => {
    const own = carried(header);
    if (trusted !== undefined && trusted.x !== own.x) throw new SignatureError("not signed with this terminal's key");
    return own;
  };
  const { content, key } = await verifyAttested(SELF_TEST, jws, keyOf, SelfTestResult);
  return { result: content, key };
}

function attest(purpose: Purpose, content: unknown, key: TerminalPrivateKey): Promise<string> {
  const { d: _, ...jwk } = key;
  return sign(purpose, content, key, { jwk });
}

function carried({ jwk }: Header): TerminalPublicKey {
  const own = TerminalPublicKey.safeParse(jwk);
  if (!own.success) throw new SignatureError('it carries no key of a terminal');
  return known.get(JSON.stringify(own.data)) ?? own.data;
}

/** A key is known by its thumbprint: one that bears another's is none. @throws SignatureError */
async function mustBearItsName(key: TerminalPublicKey): Promise<void> {
  const name = JSON.stringify(key);
  if (known.has(name)) return;
  if ((await calculateJwkThumbprint(key)) !== key.kid) throw new SignatureError('its key bears the name of another');
  const [oldest] = known.size >= KNOWN ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  known.set(name, key);
}

async function verifyAttested<T>(
  purpose: Purpose,
  jws: string,
  keyOf: (header: Header) => TerminalPublicKey,
  schema: z.ZodType<T>,
): Promise<{ content: T; key: TerminalPublicKey }> {
  const verified = await verify(purpose, jws, keyOf, schema);
  await mustBearItsName(verified.key);
  return verified;
}
