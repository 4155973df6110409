import type { Kysely } from 'kysely';
import type { StaffId } from '../../../protocol/api/people.ts';
import { after, between, type Instant, type Millis, millis } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { digest, mint } from './mint.ts';

/** How long somebody stays signed in. */
export interface SessionRules {
  /** From signing in, whatever he does. */
  readonly absolute: Millis;
  /** Without a request. */
  readonly idle: Millis;
}

/** For the second proof. */
const PENDING = millis(5 * 60_000);
/** A request is noted only where the last that was is older: most requests write nothing. */
const NOTED = millis(60_000);

/** Begins a session with an id of its own, never one that was brought; gives the id for the cookie. */
export async function startSession(
  trx: Trx,
  staff: StaffId,
  kind: 'pending' | 'full',
  rules: SessionRules,
  now: Instant,
): Promise<string> {
  const id = mint();
  const ends = after(now, kind === 'pending' ? PENDING : rules.absolute);
  await trx
    .insertInto('staff_sessions')
    .values({ hash: digest(id), staff, kind, made: now, seen: now, ends })
    .execute();
  return id;
}

/** Whose session the cookie names; null where it is none, or over. */
export async function sessionOf(
  db: Kysely<Schema>,
  cookie: string | null,
  kind: 'pending' | 'full',
  { idle }: SessionRules,
  now: Instant,
): Promise<StaffId | null> {
  if (cookie === null) return null;
  const hash = digest(cookie);
  const row = await db
    .selectFrom('staff_sessions')
    .innerJoin('staff', 'staff.id', 'staff_sessions.staff')
    .select(['staff_sessions.staff', 'seen'])
    .where('hash', '=', hash)
    .where('kind', '=', kind)
    .where('ends', '>', now)
    .where('seen', '>', (now - idle) as Instant)
    .where('staff.state', '=', 'active')
    .executeTakeFirst();
  if (!row) return null;
  if (between(row.seen, now) > NOTED)
    await db.updateTable('staff_sessions').set({ seen: now }).where('hash', '=', hash).execute();
  return row.staff;
}

/** Ends a session; whether there was one. */
export async function endSession(trx: Trx, cookie: string | null): Promise<boolean> {
  if (cookie === null) return false;
  const gone = await trx
    .deleteFrom('staff_sessions')
    .where('hash', '=', digest(cookie))
    .returning('staff')
    .executeTakeFirst();
  return gone !== undefined;
}

/** Ends all sessions of somebody whose rights or proofs have changed. */
export async function endSessionsOf(trx: Trx, staff: StaffId): Promise<void> {
  await trx.deleteFrom('staff_sessions').where('staff', '=', staff).execute();
}

/** Ends all sessions of everybody. */
export async function endAllSessions(trx: Trx): Promise<void> {
  await trx.deleteFrom('staff_sessions').execute();
}

/** Somebody's sessions that are not over, the newest first; `here`: that of this cookie. */
export async function openSessionsOf(
  db: Kysely<Schema>,
  staff: StaffId,
  cookie: string | null,
  { idle }: SessionRules,
  now: Instant,
) {
  const rows = await db
    .selectFrom('staff_sessions')
    .select(['hash', 'made', 'seen'])
    .where('staff', '=', staff)
    .where('kind', '=', 'full')
    .where('ends', '>', now)
    .where('seen', '>', (now - idle) as Instant)
    .orderBy('made', 'desc')
    .execute();
  const own = cookie === null ? null : digest(cookie);
  return rows.map(({ hash, made, seen }) => ({ made, seen, here: own?.equals(hash) ?? false }));
}

/** Ends all sessions of somebody but that of this cookie; how many. */
export async function endOtherSessions(trx: Trx, staff: StaffId, cookie: string): Promise<number> {
  const gone = await trx
    .deleteFrom('staff_sessions')
    .where('staff', '=', staff)
    .where('hash', '<>', digest(cookie))
    .returning('kind')
    .execute();
  return gone.filter(({ kind }) => kind === 'full').length;
}
