import { type Kysely, type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { NameSound, SpokenName } from '../../../protocol/spoken-name.ts';
import type { Instant } from '../../../protocol/units.ts';
import type { Again } from '../../../protocol/voice-check.ts';
import type { Trx } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { AtRestError, decrypted, encrypted } from './at-rest.ts';
import type { Judging } from './judging.ts';
import type { Owner } from './tables.ts';
import { type Naming, OutOfPlace, type Told } from './under-way.ts';

/** So often he is asked again where he said nothing: he may go on without. */
const SILENT = 1;

/** He is asked for the first time. */
export const ASKS_NAME: Naming = { task: 'name', again: 0 };

/** What follows from what was heard of a caller who was asked for his name: asked once more, or over with a name or without. @throws OutOfPlace */
export function naming(
  { again }: Naming,
  told: Told,
): { readonly state: Naming; readonly again: Again } | { readonly name: SpokenName | null } {
  switch (told.kind) {
    case 'name':
      return { name: told.name };
    case 'silent':
      return again < SILENT ? { state: { task: 'name', again: again + 1 }, again: 'silent' } : { name: null };
    case 'unjudged':
      return { name: null };
    case 'answer':
    case 'consent':
      throw new OutOfPlace('his name is asked for');
  }
}

const Kept = z.strictObject({ sound: NameSound });
const about = ({ facility, caller }: Owner) => ['name', facility, caller] as const;

/** Keeps how he says his name, in place of any before. */
export async function keepName(trx: Trx, { key }: Judging, owner: Owner, name: SpokenName, at: Instant): Promise<void> {
  const { facility, caller } = owner;
  const sound = encrypted(key, about(owner), { sound: name.reveal() });
  await trx
    .insertInto('spoken_names')
    .values({ facility, caller, sound, at })
    .onConflict((c) => c.columns(['facility', 'caller']).doUpdateSet({ sound, at }))
    .execute();
}

/** How a caller says his name; null where that is not known, or not to be had by this key. */
export async function nameOf(db: Kysely<Schema>, { key }: Judging, owner: Owner): Promise<SpokenName | null> {
  const { facility, caller } = owner;
  const row = await db
    .selectFrom('spoken_names')
    .select('sound')
    .where((eb) => eb.and({ facility, caller }))
    .executeTakeFirst();
  if (!row) return null;
  try {
    return new SpokenName(Kept.parse(decrypted(key, about(owner), row.sound)).sound);
  } catch (error) {
    if (error instanceof AtRestError) return null;
    throw error;
  }
}

/** Whether it is known how a caller says his name. */
export async function hasName(db: Kysely<Schema>, { facility, caller }: Owner): Promise<boolean> {
  const query = db.selectFrom('spoken_names').select('at');
  return (await query.where((eb) => eb.and({ facility, caller })).executeTakeFirst()) !== undefined;
}

/** Destroys the names of those whose prints the part `gone` of a statement destroys: one is kept no longer than the other. */
export const namesGone = (): RawBuilder<unknown> => sql`
  unnamed as (delete from spoken_names n using gone where n.facility = gone.facility and n.caller = gone.caller)`;
