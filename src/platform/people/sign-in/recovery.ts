import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from 'otpauth';
import type { StaffId } from '../../../protocol/api/people.ts';
import type { Trx } from '../../context.ts';
import type { SealKey } from './sealed.ts';

const CODES = 10;
/** 80 bits, 16 letters and digits. */
const BYTES = 10;

/** Makes codes that stand in for a lost app, once each, in the place of those before; what is kept cannot be read back. */
export async function makeRecoveryCodes(trx: Trx, key: SealKey, staff: StaffId): Promise<string[]> {
  const codes = Array.from(
    { length: CODES },
    () => new Secret({ buffer: Uint8Array.from(randomBytes(BYTES)).buffer }).base32,
  );
  await trx.deleteFrom('recovery_codes').where('staff', '=', staff).execute();
  await trx
    .insertInto('recovery_codes')
    .values(codes.map((code) => ({ staff, hash: hashOf(key, staff, code) })))
    .execute();
  return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'));
}

/** Whether it is one of his that was not taken yet. */
export async function takeRecoveryCode(trx: Trx, key: SealKey, staff: StaffId, code: string): Promise<boolean> {
  const taken = await trx
    .deleteFrom('recovery_codes')
    .where('staff', '=', staff)
    .where('hash', '=', hashOf(key, staff, code))
    .returning('staff')
    .executeTakeFirst();
  return taken !== undefined;
}

const hashOf = (key: SealKey, staff: StaffId, code: string): Buffer =>
  createHmac('sha256', key).update(`recovery\0${staff}\0${code}`).digest();
