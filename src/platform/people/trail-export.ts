import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { TrailWanted } from '../../protocol/api/trail.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Columns, csvOf } from '../http/csv.ts';
import { asTold, linesLike } from './trail-search.ts';

/** So many lines are asked of the database at once. */
const AT_ONCE = 500;

type Line = ReturnType<typeof asExported>;

const text = (value: object | null): string => (value === null ? '' : JSON.stringify(value));

const COLUMNS: Columns<Line> = {
  number: ({ number }) => String(number),
  at: ({ at }) => at,
  actor_kind: ({ actor_kind }) => actor_kind,
  actor: ({ actor }) => actor,
  actor_name: ({ actor_name }) => actor_name,
  roles: ({ roles }) => roles,
  origin: ({ origin }) => origin,
  what: ({ what }) => what,
  subject: ({ subject }) => text(subject),
  before: ({ before }) => text(before),
  after: ({ after }) => text(after),
  why: ({ why }) => why ?? '',
  previous: ({ previous }) => previous,
  hash: ({ hash }) => hash,
};

/**
 * Lines of a chain as a file, piece by piece, the latest first: as a table, or each as JSON with all of which its hash is made (`hashOf`),
 * so that each is checked elsewhere by itself, whatever was left out.
 */
export async function* exportTrail(
  db: Kysely<Schema>,
  chain: FacilityId | '',
  wanted: z.output<typeof TrailWanted>,
  form: 'csv' | 'jsonl',
): AsyncGenerator<string> {
  const pieces = piecesOf(db, chain, wanted);
  if (form === 'csv') yield* csvOf(COLUMNS, pieces);
  else for await (const lines of pieces) yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

async function* piecesOf(db: Kysely<Schema>, chain: FacilityId | '', wanted: z.output<typeof TrailWanted>) {
  for (let before: number | null = null; ; ) {
    const rows: Awaited<ReturnType<typeof linesLike>> = await linesLike(db, chain, wanted, before, AT_ONCE);
    yield rows.map((row) => asExported(chain, row));
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) return;
    before = last.number;
  }
}

/** `previous`: the hash of the line before, empty for the first. */
const asExported = (chain: FacilityId | '', { previous, ...row }: Awaited<ReturnType<typeof linesLike>>[number]) => ({
  chain,
  ...asTold(row),
  previous: previous?.toString('hex') ?? '',
});
