import type { FastifyInstance } from 'fastify';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { FacilityPath } from '../../protocol/api/live.ts';
import { TrailPage, TrailQuery } from '../../protocol/api/trail.ts';
import { momentText, piece } from '../../protocol/api/wire.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import type { Door } from '../http/access.ts';
import { look, none } from '../http/route.ts';

/** The trail of a facility and that of the platform, for those who look after it. That it was looked at stands in it too. */
export function trailRoutes(app: FastifyInstance, door: Door): void {
  const read = { right: 'trail.read', query: TrailQuery, answer: TrailPage } as const;
  const told = ({ query }: { query: Asked }) => {
    const { limit, after, ...asked } = query;
    return { what: 'trail.read', after: asked };
  };
  look(
    app,
    door,
    {
      ...read,
      path: '/facilities/:facility/trail',
      summary: 'Who did and looked at what here',
      params: FacilityPath,
      told,
    },
    ({ params, query }) => trailOf(door.db, params.facility, query),
  );
  look(
    app,
    door,
    { ...read, path: '/trail', summary: 'Who did what that concerns the platform', params: none, told },
    ({ query }) => trailOf(door.db, '', query),
  );
}

type Asked = z.output<typeof TrailQuery>;

/** Lines of a chain, the latest first. */
async function trailOf(db: Kysely<Schema>, chain: FacilityId | '', asked: Asked) {
  const before = z.coerce.number().pipe(z.int().positive()).safeParse(asked.after).data ?? null;
  const [kind, name] =
    asked.subject === undefined ? [] : [asked.subject.split(':')[0], asked.subject.replace(/^[^:]*:/, '')];
  let query = db
    .selectFrom('trail')
    .select(['number', 'at', 'actor_kind', 'actor', 'actor_name', 'roles', 'origin', 'what', 'subject'])
    .select(['before', 'after', 'why', 'hash'])
    .where('chain', '=', chain)
    .orderBy('number', 'desc')
    .limit(asked.limit + 1);
  if (before !== null) query = query.where('number', '<', before);
  if (asked.what !== undefined) query = query.where('what', '=', asked.what);
  const { actor, text } = asked;
  if (actor !== undefined) query = query.where((eb) => eb.or([eb('actor', '=', actor), eb('actor_name', '=', actor)]));
  if (kind !== undefined) query = query.where(sql<boolean>`subject @> ${JSON.stringify({ [kind]: name })}::jsonb`);
  if (asked.from !== undefined) query = query.where('at', '>=', instantOf(asked.from));
  if (asked.to !== undefined) query = query.where('at', '<', instantOf(asked.to));
  if (text !== undefined)
    query = query.where(
      sql<boolean>`strpos(lower(concat_ws(' ', what, actor_name, origin, subject::text, before::text, after::text, why)), lower(${text})) > 0`,
    );
  const rows = await query.execute();
  const { items, next } = piece(rows, asked.limit, (row) => String(row.number));
  return {
    items: items.map((row) => ({ ...row, ...objects(row), at: momentText(row.at), hash: row.hash.toString('hex') })),
    next,
  };
}

const Plain = z.record(z.string(), z.unknown()).nullable();
const objects = ({ before, after }: { before: object | null; after: object | null }) => ({
  before: Plain.parse(before),
  after: Plain.parse(after),
});

const instantOf = (moment: string) => Date.parse(moment) as Instant;
