import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { z } from 'zod';
import type { Instant } from '../../../protocol/units.ts';

/** The key under which secrets of staff are at rest and tickets are sealed, of the pepper. */
export type SealKey = Uint8Array & { readonly __brand: 'SealKey' };
export const sealKeyOf = (pepper: Uint8Array): SealKey =>
  new Uint8Array(hkdfSync('sha256', pepper, '', 'tierphone staff', 32)) as SealKey;

/** What a sealed thing is for, and whose: under another name it does not open. */
export interface Sealing {
  readonly key: SealKey;
  readonly use: string;
  readonly of: string;
}

/** Encrypts a small document as a JWE (RFC 7516: `dir`, A256GCM); until `ends` where it is a ticket. */
export function sealed(
  { key, use, of }: Sealing,
  document: Record<string, string>,
  ends: Instant | null,
): Promise<string> {
  const jwt = new EncryptJWT(document)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setAudience(use)
    .setSubject(of);
  return (ends === null ? jwt : jwt.setExpirationTime(new Date(ends))).encrypt(key);
}

/** What `sealed` made; null where it is of another key, use or person, was changed, or its time is over. */
export async function unsealed<T>(
  { key, use, of }: Sealing,
  text: string,
  schema: z.ZodType<T>,
  now: Instant,
): Promise<T | null> {
  const ways = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };
  const asked = { ...ways, audience: use, subject: of, currentDate: new Date(now) };
  const opened = await jwtDecrypt(text, key, asked).catch(() => null);
  return opened && (schema.safeParse(opened.payload).data ?? null);
}
