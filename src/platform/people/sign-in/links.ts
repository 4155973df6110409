import { type Kysely, sql } from 'kysely';
import type { StaffId } from '../../../protocol/api/people.ts';
import { after, type Instant, millis } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { HttpError } from '../../http/access.ts';
import { digest, mint } from './mint.ts';

const HOUR = 3_600_000;
const LIFE = { first: millis(HOUR), invitation: millis(24 * HOUR), reset: millis(HOUR) } as const;

/** Makes a link by which `staff` (null: who is the first) makes his proofs, in the place of any before. */
export async function makeLink(
  trx: Trx,
  kind: keyof typeof LIFE,
  staff: StaffId | null,
  now: Instant,
): Promise<{ token: string; ends: Instant }> {
  const token = mint();
  const ends = after(now, LIFE[kind]);
  if (staff !== null) await trx.deleteFrom('staff_links').where('staff', '=', staff).execute();
  await trx
    .insertInto('staff_links')
    .values({ hash: digest(token), kind, staff, ends })
    .execute();
  return { token, ends };
}

/** What a link is for. @throws HttpError 404 */
export async function readLink(db: Kysely<Schema>, token: string, now: Instant) {
  const link = await db
    .selectFrom('staff_links')
    .leftJoin('staff', 'staff.id', 'staff_links.staff')
    .select(['kind', 'staff_links.staff', 'email', 'name'])
    .where('hash', '=', digest(token))
    .where('ends', '>', now)
    .where((eb) => eb.or([eb('staff.state', 'is', null), eb('staff.state', '<>', 'suspended')]))
    .executeTakeFirst();
  if (!link) throw new HttpError(404, 'this link was used already, or its time is over: ask for another');
  return link;
}

/** Uses a link up. @throws HttpError 404 where somebody was quicker */
export async function useLink(trx: Trx, token: string, now: Instant) {
  const link = await readLink(trx, token, now);
  const used = await trx
    .deleteFrom('staff_links')
    .where('hash', '=', digest(token))
    .returning('kind')
    .executeTakeFirst();
  if (!used) throw new HttpError(404, 'this link was used already, or its time is over: ask for another');
  return link;
}

/** Takes away all links, used or not. */
export async function endAllLinks(trx: Trx): Promise<void> {
  await trx.deleteFrom('staff_links').execute();
}

/** From here to the end of the transaction nobody else becomes the first. Whether nobody is there. */
export async function isNobodyThere(trx: Trx): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended('tierphone first staff', 0))`.execute(trx);
  return (await trx.selectFrom('staff').select('id').limit(1).executeTakeFirst()) === undefined;
}
