import type { Kysely } from 'kysely';
import type { FacilityId, TerminalId, UnitId } from '../../protocol/units.ts';
import { isGone } from '../database/gone.ts';
import type { Schema } from '../database/schema.ts';

/** In which unit each phone hangs; where the database is away, as it was known last. */
export class Units {
  readonly #db: Kysely<Schema>;
  readonly #known = new Map<string, UnitId>();

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** The unit of a phone of the facility; null where it is in none. */
  readonly in =
    (facility: FacilityId) =>
    async (id: TerminalId): Promise<UnitId | null> => {
      const place = `${facility}/${id}`;
      try {
        const found = this.#db
          .selectFrom('terminals')
          .select('unit')
          .where('facility', '=', facility)
          .where('id', '=', id);
        const unit = (await found.executeTakeFirst())?.unit ?? null;
        // Names that are in no unit are somebody's invention: of them there is no end.
        if (unit === null) this.#known.delete(place);
        else this.#known.set(place, unit);
        return unit;
      } catch (error) {
        if (!isGone(error)) throw error;
        return this.#known.get(place) ?? null;
      }
    };
}
