import { type Kysely, sql } from 'kysely';
import type { Instant } from '../../protocol/units.ts';
import type { Asker, Control, Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';

/** Strange keys remembered of one place: what floods it with more tells nothing new. */
const STRANGE_AT_MOST = 20;

/**
 * Whether the key is that of the phone in this place. Until phones are claimed that is the first one seen there; each other
 * one is an alarm, once, until staff accept it.
 */
export async function isKeyOf(control: Control, place: Asker, thumbprint: string): Promise<boolean> {
  const { db, now } = control;
  let inForce = await keyInForce(db, place);
  if (inForce === undefined) {
    await db
      .insertInto('terminal_keys')
      .values({ ...place, thumbprint, state: 'in-force', seen: now(), ...NOBODY })
      .onConflict((c) => c.doNothing())
      .execute();
    // Another may have been as quick.
    inForce = await keyInForce(db, place);
  }
  if (inForce === thumbprint) return true;
  await noteStrange(control, place, thumbprint);
  return false;
}

const NOBODY = { accepted: null, accepted_by: null, accepted_why: null };

/** The keys in force in some places, by their thumbprints. */
export async function keysInForce(
  db: Kysely<Schema>,
  places: readonly Asker[],
): Promise<(place: Asker) => string | undefined> {
  const wanted = places.map(({ facility, terminal }) => ({ facility, terminal }));
  const { rows } = await sql<Asker & { thumbprint: string }>`
    select distinct k.facility, k.terminal, k.thumbprint
      from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) p(facility text, terminal text)
      join terminal_keys k using (facility, terminal) where k.state = 'in-force'`.execute(db);
  const name = ({ facility, terminal }: Asker) => `${facility}/${terminal}`;
  const keys = new Map(rows.map((row) => [name(row), row.thumbprint]));
  return (place) => keys.get(name(place));
}

const keyInForce = async (db: Kysely<Schema>, place: Asker): Promise<string | undefined> =>
  (await keysInForce(db, [place]))(place);

async function noteStrange({ db, now, alarm }: Control, place: Asker, thumbprint: string): Promise<void> {
  const { strange } = await db
    .selectFrom('terminal_keys')
    .select((eb) => eb.fn.countAll<number>().as('strange'))
    .where((eb) => eb.and({ ...place, state: 'strange' }))
    .executeTakeFirstOrThrow();
  if (strange >= STRANGE_AT_MOST) return;
  const noted = await db
    .insertInto('terminal_keys')
    .values({ ...place, thumbprint, state: 'strange', seen: now(), ...NOBODY })
    .onConflict((c) =>
      c
        .columns(['facility', 'terminal', 'thumbprint'])
        .doUpdateSet({ state: 'strange' })
        // One that was replaced is at work again.
        .where('terminal_keys.state', '=', 'replaced'),
    )
    .returning('state')
    .executeTakeFirst();
  if (!noted) return;
  const what = `records come signed with key ${thumbprint}, which is not this phone's: its records wait until staff accept the key`;
  alarm('terminal-key', { ...place, key: thumbprint }, what);
}

/** What came of the wish to accept a key. */
export type Accepting = 'accepted' | 'unknown' | 'in-force';

/** From now on the phone of this place is the one that signs with this key, be it seen there or not. */
export async function acceptKey(
  trx: Trx,
  place: Asker,
  thumbprint: string,
  { by, why, at }: { readonly by: string; readonly why: string; readonly at: Instant },
): Promise<Accepting> {
  const { facility, terminal } = place;
  const stands = await trx
    .selectFrom('terminals')
    .select('id')
    .where('facility', '=', facility)
    .where('id', '=', terminal)
    .forUpdate()
    .executeTakeFirst();
  if (!stands) return 'unknown';
  if ((await keyInForce(trx, place)) === thumbprint) return 'in-force';
  await retireKey(trx, place);
  const accepted = { state: 'in-force', accepted: at, accepted_by: by, accepted_why: why } as const;
  await trx
    .insertInto('terminal_keys')
    .values({ ...place, thumbprint, seen: at, ...accepted })
    .onConflict((c) => c.columns(['facility', 'terminal', 'thumbprint']).doUpdateSet(accepted))
    .execute();
  return 'accepted';
}

/** The key in force at a place is nobody's any more; its return is an alarm. */
export async function retireKey(trx: Trx, { facility, terminal }: Asker): Promise<void> {
  await trx
    .updateTable('terminal_keys')
    .set({ state: 'replaced' })
    .where((eb) => eb.and({ facility, terminal, state: 'in-force' }))
    .execute();
}
