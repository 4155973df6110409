import type { Kysely } from 'kysely';
import type { StaffId } from '../../../protocol/api/people.ts';
import type { Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { HttpError } from '../../http/access.ts';
import { isPassword } from './password.ts';
import { countTry, type Target, uncountTry } from './tries.ts';

/** Puts a password, as it was hashed, in the place of the one before. */
export async function keepPassword(trx: Trx, staff: StaffId, hash: string, now: Instant): Promise<void> {
  const row = { hash, changed: now };
  await trx
    .insertInto('passwords')
    .values({ staff, ...row })
    .onConflict((on) => on.column('staff').doUpdateSet(row))
    .execute();
}

/**
 * Whose e-mail and password these are; null where they are nobody's. The same is done, and as long, whether the e-mail is known or not.
 * @throws HttpError 429 after too many wrong ones
 */
export async function byPassword(
  db: Kysely<Schema>,
  { email, password, from }: { readonly email: string; readonly password: string; readonly from: string },
  now: Instant,
): Promise<{ id: StaffId; name: string } | null> {
  const target: Target = { kind: 'password', of: email, from };
  await db.transaction().execute((trx) => countTry(trx, target, now));
  const row = await db
    .selectFrom('staff')
    .innerJoin('passwords', 'passwords.staff', 'staff.id')
    .select(['id', 'name', 'hash'])
    .where('email', '=', email)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!(await isPassword(password, row?.hash ?? null)) || !row) return null;
  await db.transaction().execute((trx) => uncountTry(trx, target, now));
  return row;
}

/** That somebody signed in is still the one who has the password. @throws HttpError 403, 429 */
export async function mustHavePassword(
  db: Kysely<Schema>,
  staff: StaffId,
  password: string,
  from: string,
  now: Instant,
): Promise<{ email: string; name: string }> {
  const person = await db
    .selectFrom('staff')
    .select(['email', 'name'])
    .where('id', '=', staff)
    .executeTakeFirstOrThrow();
  const known = await byPassword(db, { email: person.email, password, from }, now);
  if (known?.id !== staff) throw new HttpError(403, 'the password is wrong');
  return person;
}

/** Takes all of somebody's proofs away: he makes new ones by a link. */
export async function forgetProofs(trx: Trx, staff: StaffId): Promise<void> {
  for (const table of ['passwords', 'totp_secrets', 'recovery_codes', 'passkeys', 'providers_people'] as const)
    await trx.deleteFrom(table).where('staff', '=', staff).execute();
}
