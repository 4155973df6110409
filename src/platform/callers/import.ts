import { Pin } from '../../protocol/pin.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import type { Site } from '../facilities/site.ts';
import { hashPin } from './pin-hash.ts';

/** The callers of a site; those it does not name any more lose their PIN. */
export async function importCallers(trx: Trx, { facility: f, callers }: Site, pepper: Buffer): Promise<void> {
  await trx
    .updateTable('callers')
    .set({ suspended: true, pin_id_hash: null, pin_hash: null })
    .where('facility', '=', f.id)
    .execute();
  const rows = callers.map(({ id, name, language, pin, limit, hours, suspended }) => {
    const hashes = hashPin(pepper, f.id, new Pin(pin), f.pinIdLength);
    return {
      ...{ facility: f.id, id, name, language: language ?? null, limit_ms: limit ?? null, suspended },
      ...{ hours: hours ? JSON.stringify(hours) : null, pin_id_hash: hashes.id, pin_hash: hashes.whole },
    };
  });
  for (const some of batches(rows))
    await trx
      .insertInto('callers')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'id']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          language: eb.ref('excluded.language'),
          pin_id_hash: eb.ref('excluded.pin_id_hash'),
          pin_hash: eb.ref('excluded.pin_hash'),
          limit_ms: eb.ref('excluded.limit_ms'),
          hours: eb.ref('excluded.hours'),
          suspended: eb.ref('excluded.suspended'),
        })),
      )
      .execute();
}
