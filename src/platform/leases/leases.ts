import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { FacilityId } from '../../protocol/units.ts';
import { isGone, whenThere } from '../database/gone.ts';
import type { Schema } from '../database/schema.ts';
import { NameTaken } from './name-taken.ts';
import { bury, enter, give, type Holder, LEASE, leave, renew, take } from './statements.ts';

/** A lease is renewed this often, and those of others are looked at, ms. */
const BEAT = 1_000;
/** So long a message waits for a lease that could not be renewed, ms: then it is left to come again. */
const WAITS = 20_000;

/** Serves these facilities and no others. Resolves when that is so, and what was begun for others is done. Never rejects. */
export type Serve = (facilities: ReadonlySet<FacilityId>) => Promise<void>;

/**
 * Which facilities this platform serves, of several on one database. It lives as long as it renews in time; what the dead held
 * the living take, and who has more than his part gives the rest back.
 */
export class Leases {
  readonly #db: Kysely<Schema>;
  readonly #name: string;
  readonly #log: Logger;
  readonly #process = randomUUID();
  #held: ReadonlySet<FacilityId> = new Set();
  #served: ReadonlySet<FacilityId> = new Set();
  /** By a clock that nobody sets: from then on others may have what was held. */
  #deadline = Number.NEGATIVE_INFINITY;
  #serve: Serve = () => Promise.resolve();
  #lost: (cause: NameTaken) => void = () => undefined;
  #settling: Promise<void> | null = null;
  #beat: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #waiting: (() => void)[] = [];
  #closed = false;

  private constructor(db: Kysely<Schema>, name: string, log: Logger) {
    this.#db = db;
    this.#name = name;
    this.#log = log;
  }

  /**
   * Begins to live under `name`, by which the broker knows this platform, and takes its part of the facilities. Where one of that
   * name was killed, it waits for its leases to run out.
   * @throws NameTaken where another lives under that name
   */
  static async open(db: Kysely<Schema>, name: string, log: Logger): Promise<Leases> {
    const leases = new Leases(db, name, log);
    await leases.#enter();
    await whenThere(
      () => leases.#renew(),
      () => true,
    );
    return leases;
  }

  /** Those that are served. */
  get facilities(): ReadonlySet<FacilityId> {
    return this.#served;
  }

  /** From now on renews, and says what to serve; `lost` is told where another has the name meanwhile: then it is over. */
  start(serve: Serve, lost: (cause: NameTaken) => void): void {
    this.#serve = serve;
    this.#lost = lost;
    this.#schedule();
  }

  /** Whether a facility is this platform's. Where that is not sure, as after a pause or without the database, it waits to know. */
  async holds(facility: FacilityId): Promise<boolean> {
    const until = performance.now() + WAITS;
    while (this.#held.has(facility) && performance.now() >= this.#deadline) {
      if (performance.now() >= until) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#held.has(facility);
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#beat;
    await this.#settling;
    this.#held = new Set();
    await leave(this.#db, this.#process).catch((err: unknown) =>
      this.#log.warn({ err }, 'the leases could not be given back: they run out by themselves'),
    );
  }

  #schedule(): void {
    if (!this.#closed) this.#timer = setTimeout(() => void this.#once().then(() => this.#schedule()), BEAT);
  }

  async #once(): Promise<void> {
    this.#beat ??= this.#renew()
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#beat = null;
        this.#wake();
      });
    await this.#beat;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #trouble(error: unknown): void {
    if (error instanceof NameTaken) {
      this.#closed = true;
      this.#lost(error);
    } else if (!isGone(error)) this.#log.error({ err: error }, 'the leases could not be renewed: it is tried again');
  }

  async #renew(): Promise<void> {
    const started = performance.now();
    // Who was silent himself, as when the database was gone, gives the others time to speak before he calls them dead.
    const inTime = started < this.#deadline;
    const standing = await renew(this.#db, this.#process);
    if (standing === null) {
      this.#log.warn('not heard of for too long: other platforms serve what this one did');
      this.#held = new Set();
      this.#wake();
      this.#settle(this.#held, []);
      await this.#enter();
      return this.#renew();
    }
    this.#deadline = started + LEASE;
    if (inTime && standing.lapsed > 0) await bury(this.#db);
    const part = Math.ceil(standing.facilities / standing.living);
    const wanted = part - standing.held.length;
    const taken = wanted > 0 ? await take(this.#db, this.#process, wanted) : [];
    const held = [...standing.held, ...taken];
    this.#held = new Set(held);
    this.#settle(new Set(held.slice(0, part)), held.slice(part));
  }

  /** Brings what is served to what is held. While that is under way renewing goes on, and what has changed since is seen to by the next. */
  #settle(facilities: ReadonlySet<FacilityId>, surplus: readonly FacilityId[]): void {
    const same = facilities.size === this.#served.size && [...facilities].every((id) => this.#served.has(id));
    if (this.#settling || (same && surplus.length === 0)) return;
    this.#served = facilities;
    this.#log.info({ facilities: [...facilities] }, 'serves these facilities');
    this.#settling = this.#bring(facilities, surplus).finally(() => {
      this.#settling = null;
    });
  }

  async #bring(facilities: ReadonlySet<FacilityId>, surplus: readonly FacilityId[]): Promise<void> {
    await this.#serve(facilities);
    if (surplus.length === 0) return;
    try {
      await give(this.#db, this.#process, surplus);
      this.#held = new Set([...this.#held].filter((id) => !surplus.includes(id)));
    } catch (error) {
      this.#trouble(error);
    }
  }

  async #enter(): Promise<void> {
    let before: Holder | null = null;
    for (;;) {
      const holder: Holder | null = await whenThere(
        () => enter(this.#db, this.#name, this.#process),
        () => !this.#closed,
      );
      if (holder === null) return;
      if (before !== null && (holder.process !== before.process || holder.until > before.until))
        throw new NameTaken(this.#name);
      if (before === null)
        this.#log.info(
          `a platform ran as ${this.#name} until just now, or still does: known within ${LEASE / 1_000} s`,
        );
      before = holder;
      await pause(BEAT / 2);
    }
  }
}
