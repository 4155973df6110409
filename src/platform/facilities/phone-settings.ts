import type { Kysely } from 'kysely';
import { type CentralSettings, PhoneSettings, signSettings } from '../../protocol/phone-settings.ts';
import { settingsTopic } from '../../protocol/topics.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Control, Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import type { Standing, Weighed } from '../terminals/standing.ts';
import { sequenceAfter } from './sequence.ts';

interface Known {
  readonly central: CentralSettings;
  /** As this platform signs it: every platform with its key makes the same of the same. */
  readonly jws: string;
}

type Given = Pick<Control, 'db' | 'replies'>;

/** How the phones of each facility treat every call: kept here, signed by the platform, taken by phones without being started anew. */
export class SettingsOfPhones implements Standing {
  readonly #given: Given;
  readonly #facilities: readonly FacilityId[];
  readonly #known = new Map<FacilityId, Known>();

  /** `facilities` are those on whose topics something is kept. */
  constructor(given: Given, facilities: Iterable<FacilityId>) {
    this.#given = given;
    this.#facilities = [...facilities];
  }

  get standing(): ReadonlyMap<string, string | null> {
    return new Map(
      this.#facilities.map((facility) => [settingsTopic(facility), this.#known.get(facility)?.jws ?? null] as const),
    );
  }

  /** Whether its phones are given what is set. */
  keeps(facility: FacilityId): boolean {
    return this.#facilities.includes(facility);
  }

  /** Reads what is kept of all facilities. */
  async read(): Promise<void> {
    for (const facility of this.#facilities) await this.readAnew(facility);
  }

  /** Reads what is kept of one, after a change. */
  async readAnew(facility: FacilityId): Promise<void> {
    const central = await settingsOf(this.#given.db, facility);
    if (central) this.#known.set(facility, { central, jws: await signSettings(central, this.#given.replies) });
  }

  /** Settings come by the database alone: what another platform published is there too. */
  async weigh(facility: FacilityId, topic: string, text: string): Promise<Weighed> {
    if (text === (this.standing.get(topic) ?? '')) return { result: 'right' };
    if (text === '') return { result: 'wrong', reason: 'cleared' };
    await this.readAnew(facility);
    if (text === this.standing.get(topic)) return { result: 'newer' };
    return { result: 'wrong', reason: 'not the settings that are kept' };
  }
}

/** The settings of a facility's phones; null where nothing was set: each has those of its file. */
export async function settingsOf(db: Kysely<Schema>, facility: FacilityId): Promise<CentralSettings | null> {
  const row = await db.selectFrom('phone_settings').selectAll().where('facility', '=', facility).executeTakeFirst();
  return row ? { ...row, settings: PhoneSettings.parse(row.settings) } : null;
}

/** Sets them anew, under a sequence that is more; its facility must be locked, so that no two are given the same. */
export async function setSettings(
  trx: Trx,
  facility: FacilityId,
  settings: PhoneSettings,
  at: Instant,
): Promise<CentralSettings> {
  const last = await settingsOf(trx, facility);
  const row = { sequence: sequenceAfter(last?.sequence ?? 0, at), since: at, settings: JSON.stringify(settings) };
  await trx
    .insertInto('phone_settings')
    .values({ facility, ...row })
    .onConflict((conflict) => conflict.column('facility').doUpdateSet(row))
    .execute();
  return { facility, sequence: row.sequence, since: at, settings };
}

/** Gives the settings of every facility a new sequence: phones that took later ones take these in their place. */
export async function renewSettings(trx: Trx, at: Instant): Promise<void> {
  const rows = await trx.selectFrom('phone_settings').select(['facility', 'sequence']).execute();
  for (const { facility, sequence } of rows)
    await trx
      .updateTable('phone_settings')
      .set({ sequence: sequenceAfter(sequence, at) })
      .where('facility', '=', facility)
      .execute();
}
