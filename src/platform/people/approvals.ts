import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Approvable, Decision, Waiting } from '../../protocol/api/approvals.ts';
import { StaffId } from '../../protocol/api/people.ts';
import type { Right } from '../../protocol/api/rights.ts';
import { momentText } from '../../protocol/api/wire.ts';
import { after, type FacilityId, type Instant, millis } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';
import { type Actor, may } from './actor.ts';
import { actorOf } from './staff.ts';
import { leaveTrail } from './trail.ts';

/** What is asked for waits so long for a second person. */
const WAITS = millis(15 * 60_000);
/** So many wait at once, of one kind in a facility. */
const WAITING_AT_MOST = 20;

/** What of a facility is asked for. */
interface Matter {
  readonly facility: FacilityId;
  readonly kind: Approvable;
}

/** What is to be done, as it was handed in, and what it would do. */
interface Wish extends Matter {
  readonly content: string;
  readonly told: Readonly<Record<string, unknown>>;
}

const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex');

/**
 * Keeps what one person asks for, until a second approves it. Tells until when.
 * @throws HttpError 403 where a machine asks, 409 where too many wait
 */
export async function askSecond(trx: Trx, { facility, kind, content, told }: Wish, who: Actor, at: Instant) {
  const asked_by = personOf(who);
  const waiting = await waitingRows(trx, { facility, kind }, at);
  if (waiting.length >= WAITING_AT_MOST)
    throw new HttpError(409, `${WAITING_AT_MOST} wait for a second person already: have them approved or declined`);
  const [id, expires] = [randomUUID(), after(at, WAITS)];
  const row = { id, facility, kind, content, told: JSON.stringify(told), asked_by, asked_name: who.name, asked: at };
  await trx
    .insertInto('approvals')
    .values({ ...row, expires, decision: null, decided_by: null, decided_name: null, decided: null })
    .execute();
  const line = { what: 'approval.ask', subject: { approval: id }, after: { kind, ...told, digest: digestOf(content) } };
  await leaveTrail(trx, facility, who, line, at);
  return expires;
}

/** What waits, the oldest first, as `who` sees it. */
export async function waitingIn(db: Kysely<Schema>, matter: Matter, who: Actor, at: Instant): Promise<Waiting[]> {
  const rows = await waitingRows(db, matter, at);
  return rows.map(({ id, content, told, asked_by, asked_name, asked, expires }) => ({
    ...{ approval: id, by: asked_name, own: asked_by === who.id, told: Told.parse(told), digest: digestOf(content) },
    ...{ at: momentText(asked), expires: momentText(expires) },
  }));
}

/** What is decided on, by whom with which right. */
interface Deciding extends Matter {
  readonly approval: string;
  readonly right: Right;
  readonly who: Actor;
}

/**
 * Takes the second person's word, once; of several the first counts. Gives what is to be done now and who asked for it; null where it was declined.
 * He who asked may take it back.
 * @throws HttpError 403 where it is his own, or he is a machine; 404; 409 where it is over, is not what he saw, or who asked may no longer
 */
export async function decide(
  trx: Trx,
  { facility, kind, approval, right, who }: Deciding,
  { decision, digest }: z.output<typeof Decision>,
  at: Instant,
): Promise<{ readonly content: string; readonly by: string } | null> {
  const decided_by = personOf(who);
  const row = await trx
    .selectFrom('approvals')
    .selectAll()
    .where('id', '=', approval)
    .where('facility', '=', facility)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new HttpError(404, 'nothing of this kind waits here under that id');
  if (row.decision !== null) throw new HttpError(409, `${row.decided_name} has ${row.decision} it already`);
  if (at >= row.expires) throw new HttpError(409, 'it has waited too long and is over: have it asked for anew');
  if (digest !== digestOf(row.content))
    throw new HttpError(409, 'it is not what you have seen: look at it again, and tell who runs the platform');
  if (decision === 'approve') {
    if (row.asked_by === decided_by) throw new HttpError(403, 'you asked for it yourself: it is for somebody else');
    const asker = await actorOf(trx, row.asked_by, who.from);
    if (!asker || !may(asker, right, facility))
      throw new HttpError(409, `${row.asked_name} may not do this any more: decline it`);
  }
  const word = decision === 'approve' ? 'approved' : 'declined';
  const told = { decision: word, decided_by, decided_name: who.name, decided: at } as const;
  await trx.updateTable('approvals').set(told).where('id', '=', approval).execute();
  const line = {
    ...{ what: `approval.${decision}`, subject: { approval } },
    ...{ before: { kind, asked_by: row.asked_name }, after: { digest } },
  };
  await leaveTrail(trx, facility, who, line, at);
  return decision === 'approve' ? { content: row.content, by: row.asked_name } : null;
}

/** Whether a second person has approved just this. */
export async function isApproved(db: Kysely<Schema>, { facility, kind }: Matter, content: string): Promise<boolean> {
  const row = await db
    .selectFrom('approvals')
    .select('id')
    .where('facility', '=', facility)
    .where('kind', '=', kind)
    .where('content', '=', content)
    .where('decision', '=', 'approved')
    .executeTakeFirst();
  return row !== undefined;
}

const Told = z.record(z.string(), z.unknown());

const waitingRows = (db: Kysely<Schema>, { facility, kind }: Matter, at: Instant) =>
  db
    .selectFrom('approvals')
    .selectAll()
    .where('facility', '=', facility)
    .where('kind', '=', kind)
    .where('expires', '>', at)
    .where('decision', 'is', null)
    .orderBy('asked')
    .orderBy('id')
    .execute();

/** Two people are wanted, and a token is none. @throws HttpError 403 */
function personOf({ kind, id }: Actor): StaffId {
  if (kind !== 'person')
    throw new HttpError(403, 'two people are wanted for this here, and a machine is none: sign in');
  return StaffId.parse(id);
}
