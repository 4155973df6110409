import { base64url } from 'jose';
import { z } from 'zod';
import {
  type ReplyPrivateKey,
  type ReplyPublicKey,
  SealingPublicKey,
  type TerminalPrivateKey,
  TerminalPublicKey,
  Thumbprint,
} from './keys.ts';
import { type Purpose, SignatureError, sign, verify } from './signed.ts';
import { Instant } from './units.ts';

/** 32 random bytes, or a hash (SHA-256), in base64url. */
const Bytes = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url are wanted');

const printable = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[\x20-\x7e]*$/, 'plain characters are wanted');

/** What a box says of itself, to be recognised by people: none of it is proof. */
export const BoxSays = z.strictObject({
  /** As its maker numbers it, as of `/proc/device-tree/serial-number`. */
  serial: printable(64),
  model: printable(100),
  /** Of the program. */
  version: printable(40),
});
export type BoxSays = z.infer<typeof BoxSays>;

/** What a phone that belongs to nobody yet asks a platform for: a code that is said in its handset. */
export const BoxAsks = z.strictObject({
  says: BoxSays,
  /** Its own, for as long as its data is kept. */
  key: TerminalPublicKey,
  /** To which its voucher is sealed: of this asking alone. */
  sealing: SealingPublicKey,
  /** What binds its nonce before it knows the platform's: `commitmentTo`. */
  commitment: Bytes,
  /** It has no fingerprint of its platform: what makes it certain is keyed at the handset (`answer` of `Codes`). */
  unsure: z.boolean(),
});
export type BoxAsks = z.infer<typeof BoxAsks>;

/** What a platform answers, signed: from then on its nonce is bound too. */
export const Offer = z.strictObject({ box: z.uuid(), key: Thumbprint, nonce: Bytes, expires: Instant });
export type Offer = z.infer<typeof Offer>;

/** The nonce that was committed to. */
export const Opening = z.strictObject({ nonce: Bytes });

/** Both nonces and both keys: what both sides reckon the codes of. */
export interface Meeting {
  readonly asks: Omit<BoxAsks, 'says'>;
  readonly platform: ReplyPublicKey;
  readonly nonces: { readonly box: string; readonly platform: string };
}

/** Six digits, as they are said in the handset and typed by a technician. */
export const ClaimCode = z
  .string()
  .transform((text) => text.replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'the six digits that the handset says are wanted'))
  .brand<'ClaimCode'>();
export type ClaimCode = z.infer<typeof ClaimCode>;

/** What is compared by people: `code` goes from the handset to the platform, `answer` (four digits) from the platform to the handset. */
export interface Codes {
  readonly code: ClaimCode;
  readonly answer: string;
}

/**
 * The codes of a meeting. Whoever stands between sees two meetings, of other keys, whose codes are alike once in a million: each side
 * has bound its nonce before it knew the other's, so that nobody can try until they are (S. Vaudenay, "Secure communications over
 * insecure channels based on short authenticated strings", CRYPTO 2005).
 */
export async function codesOf({ asks, platform, nonces }: Meeting): Promise<Codes> {
  const hash = await digest([
    'codes',
    asks.key.kid,
    asks.sealing.x,
    asks.commitment,
    platform.kid,
    nonces.box,
    nonces.platform,
  ]);
  const digits = (from: number, count: number) =>
    (new DataView(hash.buffer).getBigUint64(from) % 10n ** BigInt(count)).toString().padStart(count, '0');
  return { code: ClaimCode.parse(digits(0, 6)), answer: digits(8, 4) };
}

/** What binds a box to its nonce. */
export const commitmentTo = async (
  nonce: string,
  { key, sealing }: Pick<BoxAsks, 'key' | 'sealing'>,
): Promise<string> => base64url.encode(await digest(['commitment', key.kid, sealing.x, nonce]));

async function digest(parts: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(JSON.stringify(['tierphone-claim', ...parts]));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', text));
}

const OFFER: Purpose = { typ: 'tierphone-offer', audience: 'tierphone-box' };
const PROOF: Purpose = { typ: 'tierphone-box', audience: 'tierphone-platform' };

export const signOffer = (offer: Offer, key: ReplyPrivateKey): Promise<string> => sign(OFFER, offer, key);

/** The offer that `jws` carries. @throws SignatureError where it is by another key than `by` */
export async function verifyOffer(jws: string, by: ReplyPublicKey): Promise<Offer> {
  return (await verify(OFFER, jws, only(by), Offer)).content;
}

const Proof = z.strictObject({ box: z.uuid(), nonce: Bytes });

/** Signs that it is this box which asks for its voucher. */
export const signProof = (proof: z.infer<typeof Proof>, key: TerminalPrivateKey): Promise<string> =>
  sign(PROOF, proof, key);

/** @throws SignatureError where the box did not sign that it asks, with the nonce that the platform gave it */
export async function verifyProof(jws: string, by: TerminalPublicKey, wanted: z.infer<typeof Proof>): Promise<void> {
  const { content } = await verify(PROOF, jws, only(by), Proof);
  if (content.box !== wanted.box || content.nonce !== wanted.nonce)
    throw new SignatureError('it was signed for another asking');
}

const only =
  <K extends { kid: string }>(key: K) =>
  ({ kid }: { kid: unknown }): K => {
    if (kid !== key.kid) throw new SignatureError('it is by another key');
    return key;
  };
