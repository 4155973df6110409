import type { Kysely } from 'kysely';
import type { FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { hashOf, type TrailLine } from './trail.ts';

/** Where a chain ends, as it was printed earlier. */
export interface Head {
  readonly chain: FacilityId | '';
  readonly number: number;
  /** In hexadecimal. */
  readonly hash: string;
}

/** What a chain was found to be: whole up to its end, or wrong from a line on. */
export interface ChainFound extends Head {
  readonly wrong: string | null;
}

const LINES = 1_000;
const LINE = [
  ...(['chain', 'number', 'at', 'actor_kind', 'actor', 'actor_name', 'roles', 'origin'] as const),
  ...(['what', 'subject', 'before', 'after', 'why'] as const),
];

/**
 * Reads a chain from its first line: each must have the number and the hash that follow from the one before, and the end must be where the
 * platform left it. Lines cut off at the end, and the end set back, are found by an earlier `head` alone.
 */
async function readChain(db: Kysely<Schema>, chain: FacilityId | '', heads: readonly Head[]): Promise<ChainFound> {
  const left = await db
    .selectFrom('trail_heads')
    .select(['number', 'hash'])
    .where('chain', '=', chain)
    .executeTakeFirst();
  const wanted = new Map(heads.filter((head) => head.chain === chain).map(({ number, hash }) => [number, hash]));
  let number = 0;
  let hash: Buffer = Buffer.alloc(0);
  const found = (wrong: string | null): ChainFound => ({ chain, number, hash: hash.toString('hex'), wrong });
  for await (const line of linesOf(db, chain, left?.number ?? 0)) {
    if (line.number !== number + 1) return found(`line ${number + 1} is gone`);
    const { hash: stored, ...told } = line;
    const made = hashOf(told, hash);
    if (!made.equals(stored)) return found(`line ${line.number} is not as it was written`);
    number = line.number;
    hash = stored;
    const earlier = wanted.get(number);
    if (earlier !== undefined && earlier !== hash.toString('hex'))
      return found(`line ${number} is another than was printed earlier: the chain was written anew`);
    wanted.delete(number);
  }
  if (left && (left.number !== number || !left.hash.equals(hash))) return found(`lines after ${number} are gone`);
  const [cut] = wanted.keys();
  return found(
    cut === undefined ? null : `it ends at line ${number}, and went up to ${cut} earlier: lines were cut off`,
  );
}

/** Lines in their order, a thousand at a time, up to where the chain ended when its reading began. */
async function* linesOf(
  db: Kysely<Schema>,
  chain: FacilityId | '',
  end: number,
): AsyncGenerator<TrailLine & { hash: Buffer }> {
  for (let after = 0; after < end; ) {
    const rows = await db
      .selectFrom('trail')
      .select([...LINE, 'hash'])
      .where('chain', '=', chain)
      .where('number', '>', after)
      .where('number', '<=', end)
      .orderBy('number')
      .limit(LINES)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.number;
  }
}

/** Every chain that there is, or that an earlier print names: one that is wholly gone is found too. */
export async function readChains(db: Kysely<Schema>, heads: readonly Head[]): Promise<ChainFound[]> {
  const there = await db.selectFrom('trail_heads').select('chain').execute();
  const lined = await db.selectFrom('trail').select('chain').distinct().execute();
  const names = new Set([...there, ...lined, ...heads].map(({ chain }) => chain));
  const found: ChainFound[] = [];
  for (const chain of [...names].sort()) found.push(await readChain(db, chain, heads));
  return found;
}
