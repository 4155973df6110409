import { z } from 'zod';
import {
  OrderPublicKey,
  type ReplyPrivateKey,
  type ReplyPublicKey,
  type RootPrivateKey,
  type RootPublicKey,
  Thumbprint,
} from './keys.ts';
import { among, SignatureError, sign, verify } from './signed.ts';
import { FacilityId, Instant, TerminalId, UnitId } from './units.ts';

const audience = 'tierphone-terminal';
const KEY_SET = { typ: 'tierphone-key-set', audience };
const REVOCATIONS = { typ: 'tierphone-revocations', audience };

/** Characters of a signed set or list at most: a phone reads no larger message, and a broker carries none. */
export const SIGNED_AT_MOST = 65_536;

/** Over which phones of its facility a permit goes; one over a unit goes over the phones that hang there. */
export const Reach = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('facility') }),
  z.strictObject({ kind: z.literal('unit'), unit: UnitId }),
  z.strictObject({ kind: z.literal('terminal'), terminal: TerminalId }),
]);
export type Reach = z.infer<typeof Reach>;

/** What a key may: order lockdowns and their end, give commands, sign lists of hotlines. */
export const Permit = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('orders'), over: Reach }),
  z.strictObject({ to: z.literal('commands'), over: Reach }),
  z.strictObject({ to: z.literal('hotlines') }),
]);
export type Permit = z.infer<typeof Permit>;

/** One key of a set. */
const Entry = z.strictObject({
  /** `kid` is the issuer. */
  key: OrderPublicKey,
  /** Whose it is, for people. */
  name: z.string().trim().min(1).max(80),
  may: z.array(Permit).max(32),
  /** What is signed later does not count; null where it has no end. */
  until: Instant.nullable(),
});
export type KeySetEntry = z.infer<typeof Entry>;

const once = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Whose key may what in one facility, and until when. */
export const KeySet = z
  .strictObject({
    facility: FacilityId,
    /** Grows with every set of the facility. */
    sequence: z.int().positive(),
    since: Instant,
    keys: z.array(Entry).max(256),
  })
  .refine(({ keys }) => once(keys.map(({ key }) => key.kid)), 'two keys are of one issuer')
  .refine(({ keys }) => once(keys.map(({ key }) => key.x)), 'one key is there twice');
export type KeySet = z.infer<typeof KeySet>;

/** Keys that count no more, for good. */
export const Revocations = z.strictObject({
  facility: FacilityId,
  /** Grows with every key that is revoked. */
  sequence: z.int().positive(),
  revoked: z.array(z.strictObject({ thumbprint: Thumbprint, at: Instant })).max(512),
});
export type Revocations = z.infer<typeof Revocations>;

/** What somebody asks to have added to a set: the page that made a key gives it, and the signer off line reads it. */
export const KeyRequest = z.strictObject({
  facility: FacilityId,
  key: OrderPublicKey,
  name: Entry.shape.name,
  may: Entry.shape.may,
  /** Who asks. */
  by: z.string().trim().min(1).max(120),
});
export type KeyRequest = z.infer<typeof KeyRequest>;

/** Signs a set with the site's root key. @throws SignatureError where it is larger than a phone reads */
export const signKeySet = async (set: KeySet, root: RootPrivateKey): Promise<string> =>
  mustBeRead(await sign(KEY_SET, KeySet.parse(set), root));

/**
 * The set that `jws` carries, when it is signed with the site's root key. Facility and sequence are the receiver's to check.
 * @throws SignatureError
 */
export async function verifyKeySet(jws: string, root: RootPublicKey): Promise<KeySet> {
  return (await verify(KEY_SET, jws, among([root], 'signed by another key than the root key of this site'), KeySet))
    .content;
}

/** Signs, as the platform, which keys count no more. @throws SignatureError where the list is larger than a phone reads */
export const signRevocations = async (list: Revocations, key: ReplyPrivateKey): Promise<string> =>
  mustBeRead(await sign(REVOCATIONS, Revocations.parse(list), key));

/** The list that `jws` carries, when one of the platform's keys signed it; the facility is the receiver's to check. @throws SignatureError */
export async function verifyRevocations(jws: string, keys: readonly ReplyPublicKey[]): Promise<Revocations> {
  return (await verify(REVOCATIONS, jws, among(keys, 'signed by nobody who is the platform here'), Revocations))
    .content;
}

function mustBeRead(jws: string): string {
  if (jws.length <= SIGNED_AT_MOST) return jws;
  throw new SignatureError(`${jws.length} characters, phones read ${SIGNED_AT_MOST} at most: leave keys out`);
}
