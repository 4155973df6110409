import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { AttorneyWish } from '../../protocol/api/attorneys.ts';
import type { WishState } from '../../protocol/api/numbers.ts';
import type { FacilityId, Instant, PhoneNumber } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';

/** From one address so many may be asked for in a day: a firm has no more attorneys in one county. */
const MOST_OF_ONE = 10;
/** So many wait at most: staff must be able to read them. */
const MOST_OPEN = 500;
const DAY = 86_400_000;

/**
 * Notes that an attorney asks, and gives whether that is new; whether his number is known here he is not told.
 * @throws HttpError 404; 429 where too much is asked from there, or waits
 */
export async function askAsAttorney(
  trx: Trx,
  facility: FacilityId,
  wish: z.output<typeof AttorneyWish>,
  { origin, at }: { readonly origin: string; readonly at: Instant },
): Promise<boolean> {
  const there = await trx.selectFrom('facilities').select('id').where('id', '=', facility).executeTakeFirst();
  if (!there) throw new HttpError(404, `there is no facility ${facility}`);
  const { of_origin, open } = await trx
    .selectNoFrom((eb) => [
      eb
        .selectFrom('attorneys')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('origin', '=', origin)
        .where('asked', '>', (at - DAY) as Instant)
        .as('of_origin'),
      eb
        .selectFrom('attorneys')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('facility', '=', facility)
        .where('state', '=', 'open')
        .as('open'),
    ])
    .executeTakeFirstOrThrow();
  if (Number(of_origin) >= MOST_OF_ONE)
    throw new HttpError(429, 'too much was asked from there today: call the facility, or try again tomorrow');
  if (Number(open) >= MOST_OPEN) throw new HttpError(429, 'too many wait to be looked at: call the facility');
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('attorneys')
    .values({ facility, ...wish, origin, asked: at, state: 'open' })
    .onConflict((conflict) => conflict.columns(['facility', 'number']).where('state', '=', 'open').doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) > 0;
}

/** Attorneys who asked, in the order in which they did. */
export const attorneysOf = (
  db: Kysely<Schema>,
  facility: FacilityId,
  wanted: { readonly id?: number; readonly state?: WishState; readonly after?: number },
) =>
  db
    .selectFrom('attorneys')
    .select(['id', 'number', 'name', 'bar', 'firm', 'email', 'asked', 'origin'])
    .select(['state', 'decided', 'decided_by', 'decided_why'])
    .where('facility', '=', facility)
    .where('id', '>', wanted.after ?? 0)
    .$if(wanted.id !== undefined, (query) => query.where('id', '=', wanted.id ?? 0))
    .$if(wanted.state !== undefined, (query) => query.where('state', '=', wanted.state ?? 'open'))
    .orderBy('id');

/** Says what became of it. @throws HttpError 404, 409 */
export async function decideAttorney(
  trx: Trx,
  { facility, id }: { readonly facility: FacilityId; readonly id: number },
  state: Exclude<WishState, 'open'>,
  { by, why, at }: { readonly by: string; readonly why: string; readonly at: Instant },
): Promise<PhoneNumber> {
  const decided = await trx
    .updateTable('attorneys')
    .set({ state, decided: at, decided_by: by, decided_why: why })
    .where((eb) => eb.and({ facility, id, state: 'open' }))
    .returning('number')
    .executeTakeFirst();
  if (decided) return decided.number;
  const known = await attorneysOf(trx, facility, { id }).executeTakeFirst();
  throw known
    ? new HttpError(409, `it was ${known.state} before`)
    : new HttpError(404, 'no attorney of this facility asked for that');
}

/** From now on calls to the number are private, whoever of the facility makes them. */
export async function makePrivileged(trx: Trx, facility: FacilityId, number: PhoneNumber, by: string): Promise<void> {
  await trx
    .insertInto('allows')
    .values({ facility, pattern: number, privileged: true, free: false, added_by: by })
    .onConflict((conflict) => conflict.columns(['facility', 'pattern']).doUpdateSet({ privileged: true }))
    .execute();
}
