import type { Kysely } from 'kysely';
import { type CentralGreeting, signGreeting } from '../../protocol/greeting.ts';
import { greetingTopic } from '../../protocol/topics.ts';
import { type FacilityId, type Instant, LANGUAGES, type Language } from '../../protocol/units.ts';
import type { Control, Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import type { Standing, Weighed } from '../terminals/standing.ts';
import { sequenceAfter } from './sequence.ts';

/** How each facility says its own name: kept here, signed by the platform, taken by phones without being started anew. */
export class Greetings implements Standing {
  readonly #given: Pick<Control, 'db' | 'replies'>;
  /** By topic, as this platform signs it: every platform with its key makes the same of the same. */
  readonly #known: Map<string, string | null>;
  readonly #facilities: readonly FacilityId[];

  /** `facilities` are those on whose topics something is kept. */
  constructor(given: Pick<Control, 'db' | 'replies'>, facilities: Iterable<FacilityId>) {
    this.#given = given;
    this.#facilities = [...facilities];
    const topics = this.#facilities.flatMap((facility) => LANGUAGES.map((one) => greetingTopic(facility, one)));
    this.#known = new Map(topics.map((topic) => [topic, null]));
  }

  get standing(): ReadonlyMap<string, string | null> {
    return this.#known;
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
    for (const greeting of await greetingsOf(this.#given.db, facility))
      this.#known.set(greetingTopic(facility, greeting.language), await signGreeting(greeting, this.#given.replies));
  }

  /** They come by the database alone: what another platform published is there too. */
  async weigh(facility: FacilityId, topic: string, text: string): Promise<Weighed> {
    if (text === (this.#known.get(topic) ?? '')) return { result: 'right' };
    if (text === '') return { result: 'wrong', reason: 'cleared' };
    await this.readAnew(facility);
    if (text === this.#known.get(topic)) return { result: 'newer' };
    return { result: 'wrong', reason: 'not the greeting that is kept' };
  }
}

/** How a facility says its name, in those languages in which that was ever set. */
export async function greetingsOf(db: Kysely<Schema>, facility: FacilityId): Promise<CentralGreeting[]> {
  const rows = await db.selectFrom('greetings').selectAll().where('facility', '=', facility).execute();
  return rows.map((row) => ({ ...row, sound: row.sound?.toString('base64') ?? null }));
}

/** Sets it in one language, or takes it back, under a sequence that is more; its facility must be locked, so that no two are given the same. */
export async function setGreeting(
  trx: Trx,
  facility: FacilityId,
  language: Language,
  sound: Buffer | null,
  at: Instant,
): Promise<{ readonly before: CentralGreeting | null; readonly after: CentralGreeting }> {
  const before = (await greetingsOf(trx, facility)).find((one) => one.language === language) ?? null;
  const row = { sequence: sequenceAfter(before?.sequence ?? 0, at), since: at, sound };
  await trx
    .insertInto('greetings')
    .values({ facility, language, ...row })
    .onConflict((conflict) => conflict.columns(['facility', 'language']).doUpdateSet(row))
    .execute();
  return { before, after: { facility, language, ...row, sound: sound?.toString('base64') ?? null } };
}

/** Gives the greetings of every facility new sequences: phones that took later ones take these in their place. */
export async function renewGreetings(trx: Trx, at: Instant): Promise<void> {
  const rows = await trx.selectFrom('greetings').select(['facility', 'language', 'sequence']).execute();
  for (const { facility, language, sequence } of rows)
    await trx
      .updateTable('greetings')
      .set({ sequence: sequenceAfter(sequence, at) })
      .where('facility', '=', facility)
      .where('language', '=', language)
      .execute();
}
