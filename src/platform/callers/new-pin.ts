import { randomInt } from 'node:crypto';
import { Pin } from '../../protocol/pin.ts';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { HttpError } from '../http/access.ts';
import { hashPin, type PinHashes } from './pin-hash.ts';
import { weakness } from './weak.ts';

/** Digits of a passcode that is made here. */
const PASSCODE = 4;
/** Where so many ids drawn are all somebody's, there are hardly any left. */
const DRAWS = 200;

/** A PIN and what is kept of it. */
export interface NewPin {
  readonly pin: Pin;
  readonly hashes: PinHashes;
}

/**
 * Draws a PIN that nobody of the facility has and nobody guesses; the facility must be locked, so that no two draw the same.
 * @throws HttpError 409 where no id is free
 */
export async function drawPin(
  trx: Trx,
  { facility, caller, idLength, pepper }: { facility: FacilityId; caller: CallerId; idLength: number; pepper: Buffer },
): Promise<NewPin> {
  for (let draw = 0; draw < DRAWS; draw++) {
    const id = digits(idLength);
    const passcode = digits(PASSCODE);
    if (weakness(passcode, [id, caller.replace(/\D/g, '')]) !== null) continue;
    const pin = new Pin(id + passcode);
    const hashes = hashPin(pepper, facility, pin, idLength);
    const holder = await trx
      .selectFrom('callers')
      .select('id')
      .where('facility', '=', facility)
      .where('pin_id_hash', '=', hashes.id)
      .executeTakeFirst();
    if (!holder) return { pin, hashes };
  }
  throw new HttpError(409, 'hardly any PIN is free: set a greater pinIdLength in the site file');
}

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');
