import { z } from 'zod';
import { type ReplyPrivateKey, type ReplyPublicKey, Thumbprint } from './keys.ts';
import { among, type Purpose, sign, verify } from './signed.ts';
import { FacilityId, Instant, TerminalId } from './units.ts';

/** What a platform gives to whoever asks: who signs it with his request has asked this platform, and not long ago. */
const Challenge = z.strictObject({ at: Instant, nonce: z.uuid() });
export type Challenge = z.infer<typeof Challenge>;

/** What a phone asks a new certificate with, signed by the key that the certificate is for: neither clock nor certificate of its own count. */
export const Renewal = z.strictObject({
  /** As it was signed. */
  challenge: z.string().max(1_024),
  /** The place that it is the phone of. */
  facility: FacilityId,
  terminal: TerminalId,
});
export type Renewal = z.infer<typeof Renewal>;

/** A new certificate, for the key and the request that it names. No secret is in it. */
export const Renewed = z.strictObject({
  challenge: Renewal.shape.challenge,
  key: Thumbprint,
  /** PEM. */
  certificate: z.string().max(32_768),
  /** The authority of the broker's certificate (PEM), as it is now; null where it is one of the system's. */
  ca: z.string().max(32_768).nullable(),
});
export type Renewed = z.infer<typeof Renewed>;

const CHALLENGE: Purpose = { typ: 'tierphone-challenge', audience: 'tierphone-terminal' };
const RENEWED: Purpose = { typ: 'tierphone-renewed', audience: 'tierphone-terminal' };

export const signChallenge = (challenge: Challenge, key: ReplyPrivateKey): Promise<string> =>
  sign(CHALLENGE, challenge, key);

/** @throws SignatureError where it is by none of `platforms` */
export async function verifyChallenge(jws: string, platforms: readonly ReplyPublicKey[]): Promise<Challenge> {
  return (await verify(CHALLENGE, jws, among(platforms, STRANGER), Challenge)).content;
}

export const signRenewed = (renewed: Renewed, key: ReplyPrivateKey): Promise<string> => sign(RENEWED, renewed, key);

/** @throws SignatureError where it is by none of `platforms` */
export async function verifyRenewed(jws: string, platforms: readonly ReplyPublicKey[]): Promise<Renewed> {
  return (await verify(RENEWED, jws, among(platforms, STRANGER), Renewed)).content;
}

const STRANGER = 'it is by another platform';
