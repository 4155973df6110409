import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import { HttpError } from '../../http/access.ts';

interface Rule {
  /** Wrong tries up to the first lock. */
  readonly tries: number;
  /** One is forgotten each time this passes, ms. */
  readonly decay: number;
  /** The first lock, ms; each further wrong try doubles it. */
  readonly first: number;
  readonly longest: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** From one address: an owner who mistypes is let in again in a minute. */
const PAIR: Rule = { tries: 5, decay: 15 * MINUTE, first: MINUTE, longest: HOUR };
/** From anywhere: slower, since others can bring it about. Where its owner was right before, it does not keep him out. */
const ACCOUNT: Rule = { tries: 30, decay: 10 * MINUTE, first: 5 * MINUTE, longest: HOUR };
const KNOWN_FOR = 90 * 24 * HOUR;

/** What is tried: the password of an e-mail, or the second proof of a person. */
export interface Target {
  readonly kind: 'password' | 'second';
  /** The e-mail, or the id of the person. */
  readonly of: string;
  readonly from: string;
}

/** Keeps no e-mail that somebody typed: only what it comes to. */
const keysOf = ({ kind, of, from }: Target): { pair: Buffer; account: Buffer } => {
  const key = (...parts: string[]) =>
    createHmac('sha256', 'tierphone tries')
      .update([kind, of, ...parts].join('\0'))
      .digest();
  return { pair: key(from), account: key() };
};

/**
 * Counts a try before it is looked at: of many at the same time no more are looked at than may be. The one that reaches the limit still is, and locks.
 * @throws HttpError 429; nothing is counted then
 */
export async function countTry(trx: Trx, target: Target, now: Instant): Promise<void> {
  const { pair, account } = keysOf(target);
  const known = await count(trx, pair, PAIR, now, false);
  await count(trx, account, ACCOUNT, now, known !== null && now - known < KNOWN_FOR);
}

/** Gives when it was right last. */
async function count(trx: Trx, key: Buffer, rule: Rule, now: Instant, whateverLock: boolean): Promise<Instant | null> {
  const left = sql`greatest(0, sign_in_tries.failures - div(${now}::bigint - sign_in_tries.last, ${rule.decay}::bigint)::int)`;
  const lock = (failures: typeof left) => sql`case when ${failures} < ${rule.tries}::int then 0 else
    ${now}::bigint + least(${rule.longest}::bigint, ${rule.first}::bigint * power(2, least(${failures} - ${rule.tries}::int, 20))::bigint) end`;
  const { rows } = await sql<{ good: Instant | null }>`
    insert into sign_in_tries (key, failures, last, locked_until) values (${key}, 1, ${now}, 0)
    on conflict (key) do update
      set failures = ${left} + 1, last = ${now}, locked_until = ${lock(sql`(${left} + 1)`)}
      where sign_in_tries.locked_until <= ${now} or ${whateverLock}
    returning good`.execute(trx);
  if (rows[0]) return rows[0].good;
  const row = await trx.selectFrom('sign_in_tries').select('locked_until').where('key', '=', key).executeTakeFirst();
  const minutes = Math.max(1, Math.ceil(((row?.locked_until ?? now) - now) / MINUTE));
  throw new HttpError(429, `too many wrong tries: try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`);
}

/** The try was right: the address begins anew, the account is as before it. */
export async function uncountTry(trx: Trx, target: Target, now: Instant): Promise<void> {
  const { pair, account } = keysOf(target);
  const row = { key: pair, failures: 0, last: now, locked_until: 0 as Instant, good: now };
  await trx
    .insertInto('sign_in_tries')
    .values(row)
    .onConflict((on) => on.column('key').doUpdateSet(row))
    .execute();
  await sql`update sign_in_tries set failures = greatest(0, failures - 1),
    locked_until = case when failures <= ${ACCOUNT.tries} then 0 else locked_until end where key = ${account}`.execute(
    trx,
  );
}

/** Forgets what locks nobody any more. */
export async function forgetTries(trx: Trx, now: Instant): Promise<void> {
  await trx
    .deleteFrom('sign_in_tries')
    .where('locked_until', '<', now)
    .where('last', '<', (now - 24 * HOUR) as Instant)
    .where((eb) => eb.or([eb('good', 'is', null), eb('good', '<', (now - KNOWN_FOR) as Instant)]))
    .execute();
}
