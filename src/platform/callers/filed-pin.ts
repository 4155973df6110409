import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { Pin } from '../../protocol/pin.ts';
import type { FacilityId } from '../../protocol/units.ts';
import { hashPin, type PinHashes } from './pin-hash.ts';

const HASHED = /^hmac-sha256:([\w-]{43}):([\w-]{43})$/;

/** A PIN as a site file has it: digits, or in their place the hashes that a platform keeps of them. */
export const FiledPin = z
  .string()
  .regex(
    /^(\d{4,16}|hmac-sha256:[\w-]{43}:[\w-]{43})$/,
    'a PIN of 4 to 16 digits in quotes is wanted, or its hashes as an export has them',
  );

export const isHashed = (pin: string): boolean => HASHED.test(pin);

/** The two hashes in place of digits. */
export const hashedPin = ({ id, whole }: PinHashes): string =>
  `hmac-sha256:${id.toString('base64url')}:${whole.toString('base64url')}`;

/** The hashes of a PIN, however the file has it. */
export function hashesOf(pepper: Buffer, facility: FacilityId, pin: string, idLength: number): PinHashes {
  const [, id, whole] = HASHED.exec(pin) ?? [];
  if (id === undefined || whole === undefined) return hashPin(pepper, facility, new Pin(pin), idLength);
  return { id: Buffer.from(id, 'base64url'), whole: Buffer.from(whole, 'base64url') };
}

/** Tells hashes of one platform, facility and length of ids from those of others, and nothing else: under these alone they are worth anything. */
export const markOfPins = (pepper: Buffer, facility: FacilityId, idLength: number): string =>
  createHmac('sha256', pepper).update(`tierphone pins\0${facility}\0${idLength}`).digest('base64url').slice(0, 22);
