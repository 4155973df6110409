import type { Kysely, Selectable } from 'kysely';
import { Pin } from '../../protocol/pin.ts';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import type { Schema } from '../database/schema.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import { hashPin } from './pin-hash.ts';
import type { CallersTables } from './tables.ts';

type Row = Selectable<CallersTables['callers']>;

/** Callers who change in one transaction: those the file names, and those it does not name any more. */
export interface Portion {
  readonly wanted: readonly Row[];
  readonly gone: readonly CallerId[];
}

/** Callers a transaction, with all that is theirs. */
const CALLERS = 100;

/** All callers of a site, in portions. */
interface Portions {
  /** Those who take over a PIN's id from another, with him: in one transaction no id is ever two callers', nor nobody's. */
  readonly handing: Portion | null;
  readonly others: readonly Portion[];
}

/** Which callers change together; `together`: all. */
export async function portionsOf(
  db: Kysely<Schema>,
  { facility: f, callers }: Site,
  pepper: Buffer,
  together: boolean,
): Promise<Portions> {
  const wanted = callers.map(({ id, name, language, pin, limit, hours, suspended, ...own }): Row => {
    const hashes = hashPin(pepper, f.id, new Pin(pin), f.pinIdLength);
    return {
      ...{ facility: f.id, id, name, language: language ?? null, pin_id_hash: hashes.id, pin_hash: hashes.whole },
      ...{ limit_ms: limit ?? null, hours: hours ?? null, suspended, admitted_by: SITE_FILE },
      ...{ unit: own.unit ?? null, calls_a_day: own.callsADay ?? null, wait_ms: own.wait ?? null },
    };
  });
  const there = await db
    .selectFrom('callers')
    .select(['id', 'pin_id_hash', 'suspended', 'admitted_by'])
    .where('facility', '=', f.id)
    .execute();
  const named = new Set(wanted.map(({ id }) => id));
  const gone = there
    .filter((one) => !named.has(one.id) && one.admitted_by === SITE_FILE)
    .filter(({ pin_id_hash, suspended }) => pin_id_hash !== null || !suspended)
    .map(({ id }) => id);
  const staying = there.filter((one) => !named.has(one.id) && one.admitted_by !== SITE_FILE);
  mustNotShare(wanted, staying);
  if (together) return { handing: { wanted, gone }, others: [] };
  const holders = new Map(there.map(({ id, pin_id_hash }) => [pin_id_hash?.toString('hex'), id]));
  const handing = new Set<CallerId>();
  for (const { id, pin_id_hash } of wanted) {
    const holder = holders.get(pin_id_hash?.toString('hex'));
    if (holder !== undefined && holder !== id) handing.add(id).add(holder);
  }
  const hands = ({ id }: { id: CallerId }) => handing.has(id);
  const apart = wanted.filter((row) => !hands(row));
  const goneApart = gone.filter((id) => !handing.has(id));
  return {
    handing: handing.size === 0 ? null : { wanted: wanted.filter(hands), gone: gone.filter((id) => handing.has(id)) },
    others: [
      ...batches(apart, CALLERS).map((some) => ({ wanted: some, gone: [] })),
      ...batches(goneApart, CALLERS).map((some) => ({ wanted: [], gone: some })),
    ],
  };
}

/** @throws Error where the file gives somebody the PIN id of one whom staff admitted; which digits they are is not told */
function mustNotShare(wanted: readonly Row[], staying: readonly Pick<Row, 'id' | 'pin_id_hash'>[]): void {
  const holders = new Map(staying.map(({ id, pin_id_hash }) => [pin_id_hash?.toString('hex') ?? '', id]));
  for (const { id, pin_id_hash } of wanted) {
    const holder = holders.get(pin_id_hash?.toString('hex') ?? 'none');
    if (holder !== undefined)
      throw new Error(
        `callers ${id} of the file and ${holder}, whom staff admitted, have the same PIN id: give one another`,
      );
  }
}

/** Brings callers up to date; those the file does not name any more lose their PIN. Gives the rows written. */
export async function importCallers(trx: Trx, facility: FacilityId, { wanted, gone }: Portion): Promise<number> {
  let written = 0;
  for (const some of batches(wanted)) {
    const ids = some.map(({ id }) => id);
    const there = await trx
      .selectFrom('callers')
      .selectAll()
      .where('facility', '=', facility)
      .where('id', 'in', ids)
      .execute();
    const housed = new Map(there.map(({ id, unit }) => [id, unit]));
    const placed = some.map((row) => ({ ...row, unit: row.unit ?? housed.get(row.id) ?? null }));
    const { write } = difference(there, placed, ({ id }) => id);
    if (write.length > 0) await put(trx, write);
    written += write.length;
  }
  for (const some of batches(gone)) {
    const { numUpdatedRows } = await trx
      .updateTable('callers')
      .set({ suspended: true, pin_id_hash: null, pin_hash: null, unit: null })
      .where('facility', '=', facility)
      .where('id', 'in', some)
      .executeTakeFirst();
    written += Number(numUpdatedRows);
  }
  return written;
}

async function put(trx: Trx, rows: readonly Row[]): Promise<void> {
  await trx
    .insertInto('callers')
    .values(rows.map((row) => ({ ...row, hours: row.hours && JSON.stringify(row.hours) })))
    .onConflict((c) =>
      c.columns(['facility', 'id']).doUpdateSet((eb) => ({
        name: eb.ref('excluded.name'),
        language: eb.ref('excluded.language'),
        pin_id_hash: eb.ref('excluded.pin_id_hash'),
        pin_hash: eb.ref('excluded.pin_hash'),
        limit_ms: eb.ref('excluded.limit_ms'),
        hours: eb.ref('excluded.hours'),
        suspended: eb.ref('excluded.suspended'),
        unit: eb.ref('excluded.unit'),
        calls_a_day: eb.ref('excluded.calls_a_day'),
        wait_ms: eb.ref('excluded.wait_ms'),
        admitted_by: eb.ref('excluded.admitted_by'),
      })),
    )
    .execute();
}
