import { type Selectable, sql } from 'kysely';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import type { Bringing } from '../facilities/site-file/bringing.ts';
import { HttpError } from '../http/access.ts';
import { hashesOf } from './filed-pin.ts';
import type { CallersTables } from './tables.ts';

type Row = Selectable<CallersTables['callers']>;

/**
 * Callers as the file has them: whom it brought and does not name any more, nobody can be. Gives those.
 * @throws HttpError 409 where two have the same PIN id
 */
export async function importCallers({ trx, site, tally, dry }: Bringing, pepper: Buffer): Promise<readonly Row[]> {
  const { id: facility } = site.facility;
  const there = await trx.selectFrom('callers').selectAll().where('facility', '=', facility).execute();
  const wanted = wantedOf(site, pepper, new Map(there.map((row) => [row.id, row])));
  const { gone: others, ...rest } = difference(there, wanted, ({ id }) => id);
  const [gone, staying] = [others.filter(isOfFile), others.filter((row) => row.admitted_by !== SITE_FILE)];
  mustNotShare(wanted, staying);
  const callers = { ...rest, gone };
  tally.count('caller', callers, ({ id }) => id);
  if (dry) return gone;
  await letGo(
    trx,
    facility,
    gone.map(({ id }) => id),
  );
  for (const some of batches(callers.write)) await put(trx, some);
  // Else what names a caller of them is looked up by plans for the few that there were: each of all numbers by reading all callers.
  if (callers.write.length >= MANY) await sql`analyze callers`.execute(trx);
  return gone;
}

/** So many rows make others of the plans by which callers are looked up. */
const MANY = 500;

/** Whom the file brought, and somebody can still be. */
const isOfFile = (row: Row): boolean => row.admitted_by === SITE_FILE && row.pin_id_hash !== null;

function wantedOf({ facility: f, callers }: Site, pepper: Buffer, there: ReadonlyMap<CallerId, Row>): Row[] {
  return callers.map(({ id, name, language, pin, limit, hours, suspended, ...own }): Row => {
    const hashes = hashesOf(pepper, f.id, pin, f.pinIdLength);
    const before = there.get(id);
    return {
      ...{ facility: f.id, id, name, language: language ?? null, pin_id_hash: hashes.id, pin_hash: hashes.whole },
      ...{ limit_ms: limit ?? null, hours: hours ?? null, suspended },
      // Where he was moved he stays, unless the file says otherwise; and whom staff let in is theirs.
      unit: own.unit ?? before?.unit ?? null,
      ...{ calls_a_day: own.callsADay ?? null, wait_ms: own.wait ?? null },
      admitted_by: before && before.pin_id_hash !== null ? before.admitted_by : SITE_FILE,
    };
  });
}

/** Which digits they share is not told. */
function mustNotShare(wanted: readonly Row[], staying: readonly Row[]): void {
  const holders = new Map(staying.map(({ id, pin_id_hash }) => [pin_id_hash?.toString('hex') ?? '', id]));
  const filed = new Map<string, CallerId>();
  for (const { id, pin_id_hash } of wanted) {
    const hash = pin_id_hash?.toString('hex') ?? 'none';
    const holder = holders.get(hash);
    if (holder !== undefined)
      throw new HttpError(
        409,
        `callers ${id} of the file and ${holder}, whom staff admitted, have the same PIN id: give one another`,
      );
    const other = filed.get(hash);
    if (other !== undefined)
      throw new HttpError(409, `callers ${other} and ${id} have the same PIN id: give one another`);
    filed.set(hash, id);
  }
}

async function letGo(trx: Bringing['trx'], facility: FacilityId, callers: readonly CallerId[]): Promise<void> {
  for (const some of batches(callers))
    await trx
      .updateTable('callers')
      .set({ suspended: true, pin_id_hash: null, pin_hash: null, unit: null })
      .where('facility', '=', facility)
      .where('id', 'in', some)
      .execute();
}

async function put(trx: Bringing['trx'], rows: readonly Row[]): Promise<void> {
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
