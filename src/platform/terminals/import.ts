import type { Kysely } from 'kysely';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import type { Schema } from '../database/schema.ts';
import type { Site } from '../facilities/site.ts';

/** The terminals of each unit, moved where they stand now. Gives the rows written. */
export async function growTerminals(db: Kysely<Schema>, site: Site): Promise<number> {
  const { write } = await terminalsOf(db, site);
  for (const some of batches(write))
    await db
      .insertInto('terminals')
      .values(some)
      .onConflict((c) => c.columns(['facility', 'id']).doUpdateSet((eb) => ({ unit: eb.ref('excluded.unit') })))
      .execute();
  return write.length;
}

/** Terminals that the file does not name any more. */
export async function shrinkTerminals(db: Kysely<Schema>, site: Site): Promise<number> {
  const { gone } = await terminalsOf(db, site);
  for (const some of batches(gone))
    await db
      .deleteFrom('terminals')
      .where('facility', '=', site.facility.id)
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
  return gone.length;
}

async function terminalsOf(db: Kysely<Schema>, { facility: { id: facility }, units }: Site) {
  const there = await db
    .selectFrom('terminals')
    .select(['facility', 'id', 'unit'])
    .where('facility', '=', facility)
    .execute();
  const wanted = units.flatMap((u) => u.terminals.map((id) => ({ facility, id, unit: u.id })));
  return difference(there, wanted, ({ id }) => id);
}
