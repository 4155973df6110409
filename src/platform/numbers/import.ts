import { asWritten } from '../../protocol/api/pattern.ts';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import type { Bringing } from '../facilities/site-file/bringing.ts';
import { BLOCK_KEY } from './block.ts';
import { putEntries } from './list.ts';

/** The lists of callers; what others put there stays, and stays theirs. */
export async function importOwnLists(bringing: Bringing): Promise<void> {
  for (const callers of batches(bringing.site.callers)) await importLists(bringing, callers);
}

async function importLists({ trx, site, tally, dry }: Bringing, callers: Site['callers']): Promise<void> {
  const { id: facility } = site.facility;
  const there = await trx
    .selectFrom('allowed_numbers')
    .selectAll()
    .where('facility', '=', facility)
    .where(
      'caller',
      'in',
      callers.map(({ id }) => id),
    )
    .execute();
  const name = ({ caller, number }: { caller: CallerId; number: string }) => `${caller} ${number}`;
  const owners = new Map(there.map((row) => [name(row), row.added_by]));
  const wanted = callers.flatMap(({ id, numbers }) =>
    numbers.map(({ number, privileged, free, limit, digits, recorded, overridesBlock }) => ({
      ...{ facility, caller: id, number, privileged, free, limit_ms: limit ?? null, digits, recorded },
      overrides_block: overridesBlock,
      added_by: owners.get(name({ caller: id, number })) ?? SITE_FILE,
    })),
  );
  const { gone: others, ...rest } = difference(there, wanted, name);
  const lists = { ...rest, gone: others.filter(({ added_by }) => added_by === SITE_FILE) };
  tally.count('number', lists, name);
  if (dry) return;
  for (const some of batches(lists.gone))
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
  await putEntries(trx, lists.write);
}

/** The lists of callers whom nobody is any more, and what they asked for. */
export async function dropOwnLists(trx: Trx, facility: FacilityId, callers: readonly CallerId[]): Promise<void> {
  for (const some of batches(callers))
    for (const table of ['allowed_numbers', 'wishes'] as const)
      await trx.deleteFrom(table).where('facility', '=', facility).where('caller', 'in', some).execute();
}

/** What is not to be called. Blocks that no site file made stay as they are. */
export async function importBlocks({ trx, site, now, tally, dry }: Bringing): Promise<void> {
  const { id: facility } = site.facility;
  const there = await trx
    .selectFrom('blocks')
    .select(['facility', 'pattern', 'kind', 'note', 'created_by'])
    .where('facility', '=', facility)
    .where('lifted', 'is', null)
    .where('caller', 'is', null)
    .execute();
  const name = ({ kind, pattern }: { kind: string; pattern: string }) => `${kind} ${pattern}`;
  const others = new Map(there.filter((row) => row.created_by !== SITE_FILE).map((row) => [name(row), row]));
  const wish = (block: Site['blocks'][number]) =>
    others.get(name(block)) ?? { facility, ...block, note: block.note ?? null, created_by: SITE_FILE };
  const wanted = [...new Map(site.blocks.map((block) => [name(block), wish(block)])).values()];
  const { gone: unnamed, ...rest } = difference(there, wanted, name);
  const blocks = { ...rest, gone: unnamed.filter(({ created_by }) => created_by === SITE_FILE) };
  tally.count('block', blocks, ({ kind, pattern }) => `${kind} ${asWritten(pattern)}`);
  if (dry) return;
  for (const some of batches(blocks.gone))
    await trx
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
  for (const some of batches(blocks.write))
    await trx
      .insertInto('blocks')
      .values(some.map((block) => ({ ...block, created: now })))
      .onConflict((c) =>
        c
          .expression(BLOCK_KEY)
          .where('lifted', 'is', null)
          .doUpdateSet((eb) => ({ note: eb.ref('excluded.note') })),
      )
      .execute();
}

/** What all may call. */
export async function importAllows({ trx, site, tally, dry }: Bringing): Promise<void> {
  const { id: facility } = site.facility;
  const there = await trx.selectFrom('allows').selectAll().where('facility', '=', facility).execute();
  const known = new Map(there.map((row) => [row.pattern, row]));
  const name = ({ pattern }: { pattern: string }) => pattern;
  // What is private by the word of staff stays so.
  const wish = ({ pattern, privileged, free }: Site['allows'][number]) => {
    const added_by = known.get(pattern)?.added_by ?? SITE_FILE;
    return { facility, pattern, free, added_by, privileged: privileged || added_by !== SITE_FILE };
  };
  const wanted = [...new Map(site.allows.map((a) => [a.pattern, wish(a)])).values()];
  const { gone: others, ...rest } = difference(there, wanted, name);
  const allows = { ...rest, gone: others.filter(({ added_by }) => added_by === SITE_FILE) };
  tally.count('allow', allows, ({ pattern }) => asWritten(pattern));
  if (dry) return;
  for (const some of batches(allows.gone.map(name)))
    await trx.deleteFrom('allows').where('facility', '=', facility).where('pattern', 'in', some).execute();
  for (const some of batches(allows.write))
    await trx
      .insertInto('allows')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'pattern']).doUpdateSet((eb) => ({
          privileged: eb.ref('excluded.privileged'),
          free: eb.ref('excluded.free'),
        })),
      )
      .execute();
}
