import type { Kysely } from 'kysely';
import type { CallerId, FacilityId, Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import type { Schema } from '../database/schema.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import { BLOCK_KEY } from './block.ts';
import { putEntries } from './list.ts';

/** `grow`: what stands and what is wanted, side by side. `exact`: what is wanted. */
export type Stage = 'grow' | 'exact';

interface OwnLists {
  /** Rows written. */
  readonly written: number;
  /** Whether an entry allows more than it will. */
  readonly more: boolean;
}

/** The lists of some callers. */
export async function importOwnLists(
  trx: Trx,
  facility: FacilityId,
  callers: Site['callers'],
  stage: Stage,
): Promise<OwnLists> {
  const wanted = callers.flatMap(({ id, numbers }) =>
    numbers.map(({ number, privileged, free, limit, digits, recorded, overridesBlock }) => ({
      ...{ facility, caller: id, number, privileged, free, limit_ms: limit ?? null, digits, recorded },
      overrides_block: overridesBlock,
      added_by: SITE_FILE,
    })),
  );
  const ids = callers.map(({ id }) => id);
  const there = ids.length === 0 ? [] : await listsOf(trx, facility, ids);
  const name = ({ caller, number }: { caller: CallerId; number: string }) => `${caller} ${number}`;
  const overriding = new Set(there.filter((row) => row.overrides_block).map(name));
  const grown = wanted.map((row) => ({ ...row, overrides_block: row.overrides_block || overriding.has(name(row)) }));
  const { write, gone: others } = difference(there, stage === 'grow' ? grown : wanted, name);
  const gone = others.filter(({ added_by }) => added_by === SITE_FILE);
  await putEntries(trx, write);
  const more = gone.length > 0 || grown.some((row, n) => row.overrides_block !== wanted[n]?.overrides_block);
  if (stage === 'grow') return { written: write.length, more };
  for (const some of batches(gone))
    await trx
      .deleteFrom('allowed_numbers')
      .where('facility', '=', facility)
      .where((eb) =>
        eb(
          eb.refTuple('caller', 'number'),
          'in',
          some.map(({ caller, number }) => eb.tuple(caller, number)),
        ),
      )
      .execute();
  return { written: write.length + gone.length, more: false };
}

const listsOf = (trx: Trx, facility: FacilityId, callers: readonly CallerId[]) =>
  trx
    .selectFrom('allowed_numbers')
    .selectAll()
    .where('facility', '=', facility)
    .where('caller', 'in', callers)
    .execute();

/** The lists of callers whom nobody is any more, and what they asked for. Gives the rows written. */
export async function dropOwnLists(trx: Trx, facility: FacilityId, callers: readonly CallerId[]): Promise<number> {
  if (callers.length === 0) return 0;
  const { numDeletedRows } = await trx
    .deleteFrom('allowed_numbers')
    .where('facility', '=', facility)
    .where('caller', 'in', callers)
    .executeTakeFirst();
  const wishes = await trx
    .deleteFrom('wishes')
    .where('facility', '=', facility)
    .where('caller', 'in', callers)
    .executeTakeFirst();
  return Number(numDeletedRows) + Number(wishes.numDeletedRows);
}

/** What is not to be called: new blocks first, so that none is open between one block and the next. Blocks that no site file made stay. */
export async function importBlocks(
  db: Kysely<Schema>,
  { facility: { id: facility }, blocks }: Site,
  now: Instant,
): Promise<number> {
  const there = await db
    .selectFrom('blocks')
    .select(['facility', 'pattern', 'kind', 'note'])
    .where('facility', '=', facility)
    .where('created_by', '=', SITE_FILE)
    .execute();
  const name = ({ kind, pattern }: { kind: string; pattern: string }) => `${kind} ${pattern}`;
  const wanted = new Map(blocks.map((b) => [name(b), { facility, ...b, note: b.note ?? null }]));
  const { write, gone } = difference(there, [...wanted.values()], name);
  for (const some of batches(write))
    await db
      .insertInto('blocks')
      .values(some.map((block) => ({ ...block, created: now, created_by: SITE_FILE })))
      .onConflict((c) =>
        c
          .expression(BLOCK_KEY)
          .where('lifted', 'is', null)
          .doUpdateSet((eb) => ({ note: eb.ref('excluded.note') })),
      )
      .execute();
  for (const some of batches(gone))
    await db
      .deleteFrom('blocks')
      .where('facility', '=', facility)
      .where('created_by', '=', SITE_FILE)
      .where((eb) =>
        eb(
          eb.refTuple('kind', 'pattern'),
          'in',
          some.map(({ kind, pattern }) => eb.tuple(kind, pattern)),
        ),
      )
      .execute();
  return write.length + gone.length;
}

/** What all may call; grown, an entry that is free stays so. Gives the rows written. */
export async function importAllows(
  db: Kysely<Schema>,
  { facility: { id: facility }, allows }: Site,
  stage: Stage,
): Promise<number> {
  const there = await db.selectFrom('allows').selectAll().where('facility', '=', facility).execute();
  const known = new Map(there.map((row) => [row.pattern, row]));
  const name = ({ pattern }: { pattern: string }) => pattern;
  const free = new Set(there.filter((row) => row.free).map(name));
  // What is private by the word of staff stays so.
  const wish = ({ pattern, privileged, free }: Site['allows'][number]) => {
    const added_by = known.get(pattern)?.added_by ?? SITE_FILE;
    return { facility, pattern, free, added_by, privileged: privileged || added_by !== SITE_FILE };
  };
  const wanted = [...new Map(allows.map((a) => [a.pattern, wish(a)])).values()];
  const grown = wanted.map((row) => ({ ...row, free: row.free || free.has(row.pattern) }));
  const { write, gone: others } = difference(there, stage === 'grow' ? grown : wanted, name);
  const gone = others.filter(({ added_by }) => added_by === SITE_FILE);
  for (const some of batches(write))
    await db
      .insertInto('allows')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'pattern']).doUpdateSet((eb) => ({
          privileged: eb.ref('excluded.privileged'),
          free: eb.ref('excluded.free'),
        })),
      )
      .execute();
  if (stage === 'grow') return write.length;
  for (const some of batches(gone))
    await db.deleteFrom('allows').where('facility', '=', facility).where('pattern', 'in', some.map(name)).execute();
  return write.length + gone.length;
}
