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

/** What a try is counted for: the PIN's id at this terminal, so that nobody can lock it at another; and the terminal. */
export interface Suspects {
  readonly asker: Asker;
  readonly pinId: Buffer;
}

/**
 * Counts a try before the PIN is looked at, so that of many at the same time no more are
 * looked at than are allowed. Null: go on; otherwise how long this terminal must leave it alone. The try that
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
export function uncountTry(suspects: Suspects): RawBuilder<unknown> {
  const { facility } = suspects.asker;
  return sql`
    pin as (delete from attempts where facility = ${facility} and scope = 'pin' and key = ${keyOf('pin', suspects)} returning 1),
    terminal as (update attempts set failures = failures - 1, locked_until = 0
      where facility = ${facility} and scope = 'terminal' and key = ${keyOf('terminal', suspects)}
        and exists (${AFTER_PIN}))`;
}

async function lockedUntil(control: Control, suspects: Suspects): Promise<Instant> {
  const row = await control.db
    .selectFrom('attempts')
    .select((eb) => eb.fn.max('locked_until').as('until'))
    .where('facility', '=', suspects.asker.facility)
    .where((eb) =>
      eb.or([
        eb.and([eb('scope', '=', 'pin'), eb('key', '=', keyOf('pin', suspects))]),
        eb.and([eb('scope', '=', 'terminal'), eb('key', '=', keyOf('terminal', suspects))]),
      ]),
    )
    .executeTakeFirst();
  return row?.until ?? (0 as Instant);
}

/** One more failure, after those that time has forgotten; from the last one allowed on, each doubles the lock. */
function upsert(
  suspects: Suspects,
  scope: 'pin' | 'terminal',
  rule: LockoutConfig['pin'],
  { first, longest }: LockoutConfig,
  now: Instant,
  before: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const left = remembered(rule, now);
  const lock = (failures: RawBuilder<unknown>) => sql`case when ${failures} < ${rule.tries}::int then 0 else
    ${now}::bigint + least(${longest}::bigint, ${first}::bigint * power(2, least(${failures} - ${rule.tries}::int, 20))::bigint) end`;
  return sql`insert into attempts as attempts (facility, scope, key, failures, last, locked_until)
    select ${suspects.asker.facility}, ${scope}, ${keyOf(scope, suspects)}::bytea, 1, ${now}::bigint, ${lock(sql`1`)} from (${before}) as before
    on conflict (facility, scope, key) do update
      set failures = ${left} + 1, last = ${now}::bigint, locked_until = ${lock(sql`(${left} + 1)`)}
      where attempts.locked_until <= ${now}::bigint
    returning 1`;
}

/** Failures that time has not forgotten. */
const remembered = (rule: LockoutConfig['pin'], now: Instant) =>
  sql`greatest(0, attempts.failures - div(${now}::bigint - attempts.last, ${Math.max(1, rule.decay)}::bigint)::int)`;

function keyOf(scope: 'pin' | 'terminal', { asker: { terminal }, pinId }: Suspects): Buffer {
  const hash = createHash('sha256').update(terminal);
  return (scope === 'pin' ? hash.update('\0').update(pinId) : hash).digest();
}

const WHOLE_FACILITY = Buffer.from('facility');

/** A PIN was wrong: counted for the facility, which has it looked into when there are many. Nobody is locked by that. */
export async function countWrong(control: Control, { facility, terminal }: Asker): Promise<void> {
  const rule = control.lockout.facility;
  const now = control.now();
  control.counters.add('wrong-pin');
  const { rows } = await sql<{ failures: number }>`
    insert into attempts as attempts (facility, scope, key, failures, last, locked_until)
      values (${facility}, 'facility', ${WHOLE_FACILITY}::bytea, 1, ${now}, 0)
      on conflict (facility, scope, key) do update set failures = ${remembered(rule, now)} + 1, last = ${now}
      returning failures`.execute(control.db);
  const failures = rows[0]?.failures ?? 0;
  if (failures % rule.tries === 0)
    control.alarm('pin-guessing', { facility, terminal }, `${failures} wrong PINs: somebody may be trying them out`);
}

/** Forgets tries of before `before` that lock nothing any more. */
export async function forgetTries({ db, now }: Control, before: Instant): Promise<void> {
  await db.deleteFrom('attempts').where('last', '<', before).where('locked_until', '<', now()).execute();
}
