import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import type { StaffId } from '../../../protocol/api/people.ts';
import { after, type Instant, millis } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import { HttpError } from '../../http/access.ts';
import { type SealKey, sealed, unsealed } from './sealed.ts';

/** A clock may be a step (30 s) before or behind. */
const WINDOW = 1;
const BYTES = 20;
const OFFER = millis(15 * 60_000);
const Kept = z.object({ secret: z.string() });

const totpOf = (secret: string, label = 'Tierphone') =>
  new TOTP({ issuer: 'Tierphone', label, secret: Secret.fromBase32(secret) });

/** A fresh secret for `of`, nowhere kept: who sends its ticket back with its first code has it. */
export async function offerTotp(key: SealKey, of: string, label: string, now: Instant) {
  const { base32: secret } = new Secret({ size: BYTES });
  const ticket = await sealed({ key, use: 'totp-offer', of }, { secret }, after(now, OFFER));
  return { secret, uri: totpOf(secret, label).toString(), ticket };
}

/** The secret that was offered, and the step of the code that shows that the app has it. @throws HttpError 400 */
export async function takeOffer(
  key: SealKey,
  of: string,
  { ticket, code }: { readonly ticket: string; readonly code: string },
  now: Instant,
): Promise<{ secret: string; step: number }> {
  const offered = await unsealed({ key, use: 'totp-offer', of }, ticket, Kept, now);
  if (!offered)
    throw new HttpError(400, 'ticket: it is of another offer, or older than a quarter of an hour: begin anew');
  const step = stepOf(offered.secret, code, now);
  if (step === null)
    throw new HttpError(400, 'code: it is not what the app shows for this secret: are both clocks right?');
  return { secret: offered.secret, step };
}

/** Puts a secret in the place of the one before. */
export async function keepTotp(
  trx: Trx,
  key: SealKey,
  staff: StaffId,
  { secret, step }: { readonly secret: string; readonly step: number },
): Promise<void> {
  const row = { secret: await sealed({ key, use: 'totp', of: staff }, { secret }, null), last_step: step };
  await trx
    .insertInto('totp_secrets')
    .values({ staff, ...row })
    .onConflict((on) => on.column('staff').doUpdateSet(row))
    .execute();
}

/** Whether it is his code of now, and taken for the first time: what somebody saw over his shoulder opens nothing. */
export async function takeTotp(trx: Trx, key: SealKey, staff: StaffId, code: string, now: Instant): Promise<boolean> {
  const row = await trx.selectFrom('totp_secrets').select('secret').where('staff', '=', staff).executeTakeFirst();
  const kept = row && (await unsealed({ key, use: 'totp', of: staff }, row.secret, Kept, now));
  if (row && !kept) throw new Error('a secret of staff at rest does not open: was keys.pepper changed?');
  const step = kept ? stepOf(kept.secret, code, now) : null;
  if (step === null) return false;
  const taken = await trx
    .updateTable('totp_secrets')
    .set({ last_step: step })
    .where('staff', '=', staff)
    .where('last_step', '<', step)
    .returning('staff')
    .executeTakeFirst();
  return taken !== undefined;
}

function stepOf(secret: string, token: string, timestamp: number): number | null {
  const totp = totpOf(secret);
  const delta = totp.validate({ token, timestamp, window: WINDOW });
  return delta === null ? null : totp.counter({ timestamp }) + delta;
}
