import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type Instant, type Millis, millis } from '../../protocol/units.ts';
import type { LockoutConfig } from '../config.ts';
import type { Asker, Control } from '../context.ts';

/**
 * One row, to be had only when the part `pin` of the statement is done. PostgreSQL runs the parts of a `with` in no order
 * of its own: every statement takes the PIN's row before the terminal's, or two of them wait for each other.
 */
const AFTER_PIN = sql`select count(*) from pin`;

/** What a wrong PIN is counted for. */
export interface Suspects {
  readonly asker: Asker;
  readonly pinId: Buffer;
}

/**
 * Counts a try for PIN id and terminal before the PIN is looked at, so that of many at the same time no more are
 * looked at than are allowed. Null: go on; otherwise how long both must be left alone. The try that
 * reaches the limit is still looked at, and locks.
 */
export async function countTry(control: Control, suspects: Suspects): Promise<Millis | null> {
  const { pin, terminal } = control.lockout;
  const now = control.now();
  const locked = await lockedUntil(control, suspects);
  if (locked > now) return millis(locked - now);
  const { rows } = await sql<{ counted: number }>`
    with pin as (${upsert(suspects, 'pin', pin, control.lockout, now, sql`select 1`)}),
         terminal as (${upsert(suspects, 'terminal', terminal, control.lockout, now, AFTER_PIN)})
    select ((select count(*) from pin) + (select count(*) from terminal))::int as counted`.execute(control.db);
  if (rows[0]?.counted === 2) return null;
  return millis((await lockedUntil(control, suspects)) - now);
}

/**
 * The try was no wrong one: the PIN's count ends, the terminal's is as before it (a known PIN is no way to reset that).
 * Two parts of a `with`, so that it is one statement with what follows from it.
 */
export function uncountTry({ asker, pinId }: Suspects): RawBuilder<unknown> {
  return sql`
    pin as (delete from attempts where facility = ${asker.facility} and scope = 'pin' and key = ${pinId} returning 1),
    terminal as (update attempts set failures = failures - 1, locked_until = 0
      where facility = ${asker.facility} and scope = 'terminal' and key = ${terminalKey(asker)}
        and exists (${AFTER_PIN}))`;
}

async function lockedUntil(control: Control, { asker, pinId }: Suspects): Promise<Instant> {
  const row = await control.db
    .selectFrom('attempts')
    .select((eb) => eb.fn.max('locked_until').as('until'))
    .where('facility', '=', asker.facility)
    .where((eb) =>
      eb.or([
        eb.and([eb('scope', '=', 'pin'), eb('key', '=', pinId)]),
        eb.and([eb('scope', '=', 'terminal'), eb('key', '=', terminalKey(asker))]),
      ]),
    )
    .executeTakeFirst();
  return row?.until ?? (0 as Instant);
}

/** One more failure, after those that time has forgotten; from the last one allowed on, each doubles the lock. */
function upsert(
  { asker, pinId }: Suspects,
  scope: 'pin' | 'terminal',
  rule: LockoutConfig['pin'],
  { first, longest }: LockoutConfig,
  now: Instant,
  before: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const key = scope === 'pin' ? pinId : terminalKey(asker);
  const left = sql`greatest(0, attempts.failures - div(${now}::bigint - attempts.last, ${Math.max(1, rule.decay)}::bigint)::int)`;
  const lock = (failures: RawBuilder<unknown>) => sql`case when ${failures} < ${rule.tries}::int then 0 else
    ${now}::bigint + least(${longest}::bigint, ${first}::bigint * power(2, least(${failures} - ${rule.tries}::int, 20))::bigint) end`;
  return sql`insert into attempts as attempts (facility, scope, key, failures, last, locked_until)
    select ${asker.facility}, ${scope}, ${key}::bytea, 1, ${now}::bigint, ${lock(sql`1`)} from (${before}) as before
    on conflict (facility, scope, key) do update
      set failures = ${left} + 1, last = ${now}::bigint, locked_until = ${lock(sql`(${left} + 1)`)}
      where attempts.locked_until <= ${now}::bigint
    returning 1`;
}

const terminalKey = ({ terminal }: Asker): Buffer => createHash('sha256').update(terminal).digest();

/** Forgets tries of before `before` that lock nothing any more. */
export async function forgetTries({ db, now }: Control, before: Instant): Promise<void> {
  await db.deleteFrom('attempts').where('last', '<', before).where('locked_until', '<', now()).execute();
}
