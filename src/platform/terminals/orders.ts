import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { Standing } from '../../protocol/judge.ts';
import { parseLockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import { whenThere } from '../database/gone.ts';
import type { Schema } from '../database/schema.ts';
import type { Kept } from './kept.ts';

/** What is kept of the orders of `facilities`, by topic. */
export async function readKept(db: Kysely<Schema>, facilities: readonly FacilityId[]): Promise<Map<string, Kept>> {
  if (facilities.length === 0) return new Map();
  const rows = await db.selectFrom('orders').selectAll().where('facility', 'in', facilities).execute();
  return new Map(rows.map(({ topic, jws, standing }) => [topic, { jws, standing: Standing.parse(standing) }]));
}

/** Keeps what stands on `topic`, in place of what was kept before. */
async function writeKept(db: Kysely<Schema>, topic: string, { jws, standing }: Kept): Promise<void> {
  const facility = parseLockdownTopic(topic)?.facility;
  if (facility === undefined) return;
  const row = { jws, standing: JSON.stringify(standing) };
  await db
    .insertInto('orders')
    .values({ topic, facility, ...row })
    .onConflict((conflict) => conflict.column('topic').doUpdateSet(row))
    .execute();
}

/** Writes what is kept, of each topic the last, as soon as the database is there. */
export class KeptOrders {
  readonly #db: Kysely<Schema>;
  readonly #log: Logger;
  readonly #unwritten = new Map<string, Kept>();
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(db: Kysely<Schema>, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  /** To be written in place of what was kept of the topic before. */
  add(topic: string, kept: Kept): void {
    this.#unwritten.set(topic, kept);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Waits until all is written, as far as the database is there. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  /** An order that is lost here before it is written still stands at the broker, and is judged anew after the next start. */
  async #write(): Promise<void> {
    for (const [topic, kept] of this.#unwritten) {
      this.#unwritten.delete(topic);
      try {
        await whenThere(
          () => writeKept(this.#db, topic, kept),
          () => !this.#closed,
        );
      } catch (err) {
        this.#log.error({ topic, err }, 'an order is kept in memory but could not be written');
      }
    }
  }
}
