import type { TerminalId } from '../../protocol/units.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import type { Bringing } from '../facilities/site-file/bringing.ts';
import { HttpError } from '../http/access.ts';

/**
 * The terminals of each unit, moved where they stand now; those that the file does not name any more are gone, but for those that staff have
 * claimed. Gives those that are gone.
 * @throws HttpError 409 where a claimed one stands in a unit that the file does not name
 */
export async function importTerminals({ trx, site, tally, dry }: Bringing): Promise<TerminalId[]> {
  const { id: facility } = site.facility;
  const there = await trx
    .selectFrom('terminals')
    .select(['facility', 'id', 'unit'])
    .where('facility', '=', facility)
    .execute();
  const wanted = site.units.flatMap((u) => u.terminals.map((id) => ({ facility, id, unit: u.id })));
  const { gone: unnamed, ...rest } = difference(there, wanted, ({ id }) => id);
  const claims = await trx.selectFrom('claims').select('terminal').where('facility', '=', facility).execute();
  const claimed = new Set(claims.map(({ terminal }) => terminal));
  const homeless = unnamed.find(({ id, unit }) => claimed.has(id) && !site.units.some((own) => own.id === unit));
  if (homeless)
    throw new HttpError(
      409,
      `unit ${homeless.unit} is not in the file, and phone ${homeless.id} stands there, which was claimed: name it`,
    );
  const terminals = { ...rest, gone: unnamed.filter(({ id }) => !claimed.has(id)) };
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
