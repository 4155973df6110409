import type { FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import type { Site } from '../facilities/site.ts';

/** Before the units that they stand in are replaced. */
export async function forgetTerminals(trx: Trx, facility: FacilityId): Promise<void> {
  await trx.deleteFrom('terminals').where('facility', '=', facility).execute();
}

/** The terminals of each unit. */
export async function importTerminals(trx: Trx, { facility: f, units }: Site): Promise<void> {
  const terminals = units.flatMap((u) => u.terminals.map((id) => ({ facility: f.id, id, unit: u.id })));
  for (const some of batches(terminals)) await trx.insertInto('terminals').values(some).execute();
}
