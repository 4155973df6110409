import { sql } from 'kysely';
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres';
import type { Instant, PhoneNumber } from '../../protocol/units.ts';
import type { CallKey, Control } from '../context.ts';
import { unlistedOf } from '../numbers/wish.ts';
import { callsHad } from './had.ts';

/**
 * All that an authorisation depends on. On the way from the last digit to the INVITE each round trip counts, and so does planning: what all
 * calls depend on is one statement, what few do is asked for where they do. Undefined where the terminal is not known.
 */
export async function loadFacts(
  control: Control,
  key: CallKey,
  request: string,
  number: PhoneNumber | null,
  now: Instant,
) {
  const facts = await factsOfAll(control, key, request, number, now);
  if (!facts) return undefined;
  const { caller, dialling, listed, allowed, calls_a_day, wait_ms } = facts;
  const owner = caller === null ? null : { facility: key.facility, caller };
  const isUnlisted = number !== null && dialling === 'listed' && !listed && !allowed;
  const [had, unlisted] = await Promise.all([
    owner && (calls_a_day !== null || wait_ms !== null) ? callsHad(control.db, owner, now) : [],
    owner && isUnlisted ? unlistedOf(control.db, { ...owner, number }) : null,
  ]);
  return { ...facts, had, unlisted };
}

function factsOfAll({ db, credit }: Control, key: CallKey, request: string, number: PhoneNumber | null, now: Instant) {
  const dialled = number ?? '';
  const { facility, terminal, call } = key;
  return db
    .selectFrom('terminals as t')
    .innerJoin('facilities as f', 'f.id', 't.facility')
    .innerJoin('units as u', (join) => join.onRef('u.facility', '=', 't.facility').onRef('u.id', '=', 't.unit'))
    .leftJoin('identified as i', (join) =>
      join
        .onRef('i.facility', '=', 't.facility')
        .onRef('i.terminal', '=', 't.id')
        .on('i.call', '=', call)
        .on('i.at', '>', (now - credit.identified) as Instant),
    )
    .leftJoin('callers as c', (join) => join.onRef('c.facility', '=', 'i.facility').onRef('c.id', '=', 'i.caller'))
    .leftJoin('allowed_numbers as n', (join) =>
      join
        .onRef('n.facility', '=', 'c.facility')
        .onRef('n.caller', '=', 'c.id')
        .on('n.number', '=', dialled as PhoneNumber),
    )
    .where('t.facility', '=', facility)
    .where('t.id', '=', terminal)
    .select([
      'f.time_zone',
      'f.dialling',
      'f.recorded',
      'f.limit_ms as facility_limit',
      'f.hours as facility_hours',
      'f.holidays',
      'u.limit_ms as unit_limit',
      'u.hours as unit_hours',
      't.hours as phone_hours',
      'c.id as caller',
      'c.suspended',
      'c.limit_ms as caller_limit',
      'c.hours as caller_hours',
      'c.calls_a_day',
      'c.wait_ms',
      'i.voice',
      'i.watched',
      'i.named',
    ])
    .select((eb) => [
      eb
        .selectFrom('answers')
        .select('body')
        .where((own) => own.and({ ...key, request }))
        .as('answer'),
      eb
        .exists(
          eb
            .selectFrom('sessions')
            .select('call')
            .where((own) => own.and(key)),
        )
        .as('granted'),
      eb
        .exists(
          eb
            .selectFrom('records')
            .select('call')
            .where((own) => own.and(key)),
        )
        .as('over'),
      sql<AllowedNumber | null>`case when n.number is null then null else to_jsonb(n) end`.as('listed'),
      jsonArrayFrom(
        eb
          .selectFrom('blocks')
          .select('kind')
          .whereRef('blocks.facility', '=', 't.facility')
          .where('blocks.lifted', 'is', null)
          .where((or) => or.or([or('blocks.caller', 'is', null), or('blocks.caller', '=', or.ref('c.id'))]))
          .where(sql<boolean>`${dialled} like pattern`),
      ).as('blocks'),
      jsonObjectFrom(
        eb
          .selectFrom('allows')
          .select(['privileged', 'free'])
          .whereRef('allows.facility', '=', 't.facility')
          .where(sql<boolean>`${dialled} like pattern`)
          .orderBy(sql`length(pattern)`, 'desc')
          .limit(1),
      ).as('allowed'),
      jsonObjectFrom(
        eb
          .selectFrom('rates')
          .select(['per_minute', 'facility_adds'])
          .whereRef('rates.facility', '=', 't.facility')
          .where('starts', '<=', now)
          .where(sql<boolean>`starts_with(${dialled}, prefix)`)
          .orderBy(sql`length(prefix)`, 'desc')
          .orderBy('starts', 'desc')
          .limit(1),
      ).as('rate'),
      jsonObjectFrom(
        eb
          .selectFrom('account_numbers as p')
          .innerJoin('accounts as a', 'a.id', 'p.account')
          .select(['a.id', sql<number>`a.balance - a.held`.as('available')])
          .whereRef('p.facility', '=', 't.facility')
          .where('p.number', '=', dialled as PhoneNumber),
      ).as('prepaid'),
      jsonObjectFrom(
        eb
          .selectFrom('accounts as d')
          .select(['d.id', sql<number>`d.balance - d.held`.as('available')])
          .where('d.kind', '=', 'debit')
          .whereRef('d.facility', '=', 'i.facility')
          .whereRef('d.caller', '=', 'i.caller'),
      ).as('debit'),
      jsonObjectFrom(
        eb
          .selectFrom('sessions as s')
          .select(['s.call', 's.terminal'])
          .whereRef('s.facility', '=', 'i.facility')
          .whereRef('s.caller', '=', 'i.caller')
          .where('s.settled_by', 'is', null),
      ).as('busy'),
    ])
    .executeTakeFirst();
}

interface AllowedNumber {
  privileged: boolean;
  free: boolean;
  limit_ms: number | null;
  digits: 'pass' | 'block';
  recorded: boolean;
  overrides_block: boolean;
}

/** What is known of a caller, the number he dialled and who would pay. */
export type Facts = NonNullable<Awaited<ReturnType<typeof loadFacts>>>;
