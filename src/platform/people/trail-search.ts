import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { TrailWanted } from '../../protocol/api/trail.ts';
import { momentText } from '../../protocol/api/wire.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

type Wanted = z.output<typeof TrailWanted>;

/** What the chain of the platform tells of somebody's coming and going. */
const SIGN_INS = ['session.begin', 'session.end', 'session.end-others', 'session.refuse'];

/** Of the chain of the platform: the sign-ins of those who have a role in the facility now, and no other line. */
export async function signInsOf(
  db: Kysely<Schema>,
  facility: FacilityId,
  wanted: Wanted,
  before: number | null,
  limit: number,
) {
  const rows = await linesIn(db, '', wanted, before, limit)
    .where('what', 'in', SIGN_INS)
    .where(
      sql<boolean>`coalesce(subject->>'person', actor) in (select staff::text from staff_roles where facility = ${facility})`,
    )
    .execute();
  // What he is elsewhere, or over the platform, is not told.
  return rows.map((row) => ({ ...row, roles: '' }));
}

/** Lines of a chain that are as they are asked for, the latest first; those before the line of number `before` where it is given. `previous`: the hash of the line before. */
export const linesLike = (
  db: Kysely<Schema>,
  chain: FacilityId | '',
  wanted: Wanted,
  before: number | null,
  limit: number,
) => linesIn(db, chain, wanted, before, limit).execute();

function linesIn(db: Kysely<Schema>, chain: FacilityId | '', wanted: Wanted, before: number | null, limit: number) {
  const [kind, name] =
    wanted.subject === undefined ? [] : [wanted.subject.split(':')[0], wanted.subject.replace(/^[^:]*:/, '')];
  let query = db
    .selectFrom('trail')
    .select(['number', 'at', 'actor_kind', 'actor', 'actor_name', 'roles', 'origin', 'what', 'subject'])
    .select(['before', 'after', 'why', 'hash'])
    .select((eb) =>
      eb
        .selectFrom('trail as earlier')
        .select('earlier.hash')
        .whereRef('earlier.chain', '=', 'trail.chain')
        .where(sql<boolean>`earlier.number = trail.number - 1`)
        .as('previous'),
    )
    .where('chain', '=', chain)
    .orderBy('number', 'desc')
    .limit(limit);
  if (before !== null) query = query.where('number', '<', before);
  if (wanted.what !== undefined) query = query.where('what', '=', wanted.what);
  const { actor, text } = wanted;
  if (actor !== undefined) query = query.where((eb) => eb.or([eb('actor', '=', actor), eb('actor_name', '=', actor)]));
  if (kind !== undefined) query = query.where(sql<boolean>`subject @> ${JSON.stringify({ [kind]: name })}::jsonb`);
  if (wanted.from !== undefined) query = query.where('at', '>=', instantOf(wanted.from));
  if (wanted.to !== undefined) query = query.where('at', '<', instantOf(wanted.to));
  if (text !== undefined)
    query = query.where(
      sql<boolean>`strpos(lower(concat_ws(' ', what, actor_name, origin, subject::text, before::text, after::text, why)), lower(${text})) > 0`,
    );
  return query;
}

type Line = Awaited<ReturnType<typeof linesLike>>[number];

/** A line as the API tells it. */
export const asTold = <L extends Pick<Line, 'before' | 'after' | 'at' | 'hash'>>(line: L) => ({
  ...line,
  before: Plain.parse(line.before),
  after: Plain.parse(line.after),
  at: momentText(line.at),
  hash: line.hash.toString('hex'),
});

const Plain = z.record(z.string(), z.unknown()).nullable();

const instantOf = (moment: string) => Date.parse(moment) as Instant;
