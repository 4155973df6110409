import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Pin } from '../../protocol/pin.ts';
import type { FacilityId } from '../../protocol/units.ts';

/** The two hashes of a PIN: of its leading digits, by which the caller is found, and of the whole. */
export interface PinHashes {
  readonly id: Buffer;
  readonly whole: Buffer;
}

/** HMAC-SHA256 under the pepper, bound to facility and use. What is stored of a PIN is this and nothing else. */
export function hashPin(pepper: Buffer, facility: FacilityId, pin: Pin, idLength: number): PinHashes {
  const hash = (use: string, digits: string) =>
    createHmac('sha256', pepper).update(`tierphone ${use}\0${facility}\0${digits}`).digest();
  const digits = pin.reveal();
  return { id: hash('pin-id', digits.slice(0, idLength)), whole: hash('pin', digits) };
}

const NOBODY = Buffer.alloc(32);

/** Compares in constant time, also where there is nothing to compare with: an id nobody has is as a wrong passcode. */
export function isPin(hashes: PinHashes, stored: Buffer | null): boolean {
  const same = timingSafeEqual(hashes.whole, stored ?? NOBODY);
  return same && stored !== null;
}
