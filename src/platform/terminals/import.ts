import type { TerminalId } from '../../protocol/units.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import type { Bringing } from '../facilities/site-file/bringing.ts';

/** The terminals of each unit, moved where they stand now; those that the file does not name any more are gone. Gives those. */
export async function importTerminals({ trx, site, tally, dry }: Bringing): Promise<TerminalId[]> {
  const { id: facility } = site.facility;
  const there = await trx
    .selectFrom('terminals')
    .select(['facility', 'id', 'unit'])
    .where('facility', '=', facility)
    .execute();
  const wanted = site.units.flatMap((u) => u.terminals.map((id) => ({ facility, id, unit: u.id })));
  const terminals = difference(there, wanted, ({ id }) => id);
  tally.count('phone', terminals, ({ id }) => id);
  const gone = terminals.gone.map(({ id }) => id);
  if (dry) return gone;
  for (const some of batches(terminals.write))
    await trx
      .insertInto('terminals')
      .values(some)
      .onConflict((c) => c.columns(['facility', 'id']).doUpdateSet((eb) => ({ unit: eb.ref('excluded.unit') })))
      .execute();
  for (const some of batches(gone))
    await trx.deleteFrom('terminals').where('facility', '=', facility).where('id', 'in', some).execute();
  return gone;
}
