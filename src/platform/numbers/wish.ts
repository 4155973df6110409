import { type Kysely, sql } from 'kysely';
import type { WishState } from '../../protocol/api/numbers.ts';
import type { CallerId, FacilityId, Instant, PhoneNumber } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';

/** A caller has so many open wishes at most: staff must be able to read them. */
const MOST_OPEN = 20;

/** What is known of a number that is not on the list of whoever dialled it, where lists are filled by callers. */
export interface Unlisted {
  /** The facility lets callers ask. */
  readonly wishes: boolean;
  /** So many numbers it lets go on a list by being reached. */
  readonly learns: number;
  /** So many numbers are on his list. */
  readonly listed: number;
  readonly wish: WishState | null;
  /** So many of his wishes are open. */
  readonly open: number;
}

/** What is known of a number that is not on a caller's list; null where nothing was ever said of how lists are filled. */
export async function unlistedOf(db: Kysely<Schema>, { facility, caller, number }: Wished): Promise<Unlisted | null> {
  const { rows } = await sql<Unlisted>`
    select r.wishes, r.learns,
        (select count(*)::int from allowed_numbers where facility = ${facility} and caller = ${caller}) as listed,
        (select state from wishes where facility = ${facility} and caller = ${caller} and number = ${number}) as wish,
        (select count(*)::int from wishes where facility = ${facility} and caller = ${caller} and state = 'open') as open
      from number_rules r where r.facility = ${facility}`.execute(db);
  return rows[0] ?? null;
}

/** Whether there is room on his list for a number that he reaches. */
export const hasRoom = (known: Unlisted | null): boolean => known !== null && known.listed < known.learns;

/** Whether dialling it asks staff for it: not where they have said no, nor where he has asked for very much. */
export const isAskedFor = (known: Unlisted | null): boolean =>
  known?.wishes === true && (known.wish === 'open' || (known.wish !== 'declined' && known.open < MOST_OPEN));

/** Whose wish it is, and which number. */
export interface Wished {
  readonly facility: FacilityId;
  readonly caller: CallerId;
  readonly number: PhoneNumber;
}

/** A caller has dialled a number that is not on his list: staff are asked for it, once more where they were before. */
export async function wish(db: Kysely<Schema>, wished: Wished, at: Instant): Promise<void> {
  await db
    .insertInto('wishes')
    .values({ ...wished, times: 1, first_asked: at, last_asked: at, state: 'open' })
    .onConflict((c) =>
      c
        .columns(['facility', 'caller', 'number'])
        .doUpdateSet((eb) => ({
          ...{ times: eb('wishes.times', '+', 1), last_asked: at, state: 'open' as const },
          ...{ decided: null, decided_by: null, decided_why: null },
        }))
        .where('wishes.state', '<>', 'declined'),
    )
    .execute();
}

/** Wishes of a facility in the order in which they came; what is left out of `wanted` does not matter. */
export const wishesOf = (
  db: Kysely<Schema>,
  facility: FacilityId,
  { after, ...wanted }: Partial<Record<'id' | 'after', number>> & { state?: WishState; caller?: CallerId | undefined },
) =>
  db
    .selectFrom('wishes')
    .select(['id', 'caller', 'number', 'times', 'first_asked', 'last_asked'])
    .select(['state', 'decided', 'decided_by', 'decided_why'])
    .where((eb) =>
      eb.and(Object.fromEntries(Object.entries({ facility, ...wanted }).filter(([, is]) => is !== undefined))),
    )
    .where('id', '>', after ?? 0)
    .orderBy('id');

/** An open wish, locked until the transaction is over; null where there is none. */
export const openWish = (trx: Trx, facility: FacilityId, id: number) =>
  trx
    .selectFrom('wishes')
    .select(['caller', 'number'])
    .where((eb) => eb.and({ facility, id, state: 'open' }))
    .forUpdate()
    .executeTakeFirst();

/** Says what became of a wish. */
export async function decideWish(
  trx: Trx,
  { facility, id }: { readonly facility: FacilityId; readonly id: number },
  state: Exclude<WishState, 'open'>,
  { by, why, at }: { readonly by: string; readonly why: string; readonly at: Instant },
): Promise<void> {
  await trx
    .updateTable('wishes')
    .set({ state, decided: at, decided_by: by, decided_why: why })
    .where((eb) => eb.and({ facility, id }))
    .execute();
}
