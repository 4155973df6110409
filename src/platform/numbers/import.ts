import type { Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import { BLOCK_KEY } from './block.ts';

/** Each caller's own list. */
export async function importOwnLists(trx: Trx, { facility: f, callers }: Site): Promise<void> {
  await trx.deleteFrom('allowed_numbers').where('facility', '=', f.id).execute();
  const numbers = callers.flatMap(({ id, numbers }) =>
    numbers.map(({ number, privileged, free, limit, digits, recorded, overridesBlock }) => ({
      ...{ facility: f.id, caller: id, number, privileged, free, limit_ms: limit ?? null, digits, recorded },
      overrides_block: overridesBlock,
    })),
  );
  for (const some of batches(numbers)) await trx.insertInto('allowed_numbers').values(some).execute();
}

/** Blocks and what is allowed to all. Blocks that were not made by a site file stay. */
export async function importLists(trx: Trx, { facility: { id: facility }, ...site }: Site, now: Instant) {
  const wanted = new Map(site.blocks.map((b) => [`${b.kind} ${b.pattern}`, b]));
  const ours = await trx
    .selectFrom('blocks')
    .select(['id', 'kind', 'pattern'])
    .where('facility', '=', facility)
    .where('created_by', '=', SITE_FILE)
    .execute();
  const gone = ours.filter((b) => !wanted.has(`${b.kind} ${b.pattern}`)).map((b) => b.id);
  for (const some of batches(gone)) await trx.deleteFrom('blocks').where('id', 'in', some).execute();
  const blocks = [...wanted.values()].map(({ pattern, kind, note }) => ({
    ...{ facility, pattern, kind, note: note ?? null, created: now, created_by: SITE_FILE },
  }));
  for (const some of batches(blocks))
    await trx
      .insertInto('blocks')
      .values(some)
      .onConflict((c) =>
        c
          .expression(BLOCK_KEY)
          .where('lifted', 'is', null)
          .doUpdateSet((eb) => ({ note: eb.ref('excluded.note') })),
      )
      .execute();

  await trx.deleteFrom('allows').where('facility', '=', facility).execute();
  const allows = [...new Map(site.allows.map((a) => [a.pattern, { facility, ...a }])).values()];
  for (const some of batches(allows)) await trx.insertInto('allows').values(some).execute();
}
