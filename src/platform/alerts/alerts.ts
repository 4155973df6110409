import type { Logger } from 'pino';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Alarm } from '../alarm.ts';
import type { Control } from '../context.ts';
import { repeat } from '../repeat.ts';
import { forgetAlerts, keepRaised } from './kept.ts';
import { nameOf, type Raised, raisedOf, together } from './raised.ts';

/** What comes in so many ms is written together. */
const EVERY = 250;
/** Kinds and places that wait to be written, at most. */
const MOST_WAITING = 1_000;
const FORGET_EVERY = 3_600_000;
/** So long an alert is kept after it last happened, ms. */
const KEPT = 90 * 86_400_000;

type Given = Pick<Control, 'db' | 'now' | 'counters'>;

/**
 * Keeps alarms for people. Who raises one waits for nothing, and may be in the midst of a transaction: it is written a moment later, by
 * itself. What is lost with the process in that moment stands in the log.
 */
export class Alerts {
  readonly #given: Given;
  readonly #log: Logger;
  readonly #waiting = new Map<string, Raised>();
  #changed: (facility: FacilityId) => void = () => undefined;
  readonly #stops: readonly (() => Promise<void>)[];

  constructor(given: Given, log: Logger) {
    this.#given = given;
    this.#log = log;
    this.#stops = [
      repeat(() => this.#write(), { first: EVERY, every: EVERY }),
      repeat(() => this.#forget(), { first: FORGET_EVERY, every: FORGET_EVERY }),
    ];
  }

  readonly raise: Alarm = (kind, where, what) => {
    const raised = raisedOf(kind, where, what, this.#given.now());
    if (raised) this.#wait(raised);
  };

  /** To be told which facility's alerts are others than before. */
  onChange(changed: (facility: FacilityId) => void): void {
    this.#changed = changed;
  }

  /** One was acknowledged. */
  changed(facility: FacilityId): void {
    this.#changed(facility);
  }

  /** Writes what waits, and stops. */
  async close(): Promise<void> {
    for (const stop of this.#stops) await stop();
    await this.#write();
  }

  #wait(raised: Raised): void {
    const name = nameOf(raised);
    const before = this.#waiting.get(name);
    if (before || this.#waiting.size < MOST_WAITING) this.#waiting.set(name, together(before, raised));
    else this.#given.counters.add('alerts-unkept');
  }

  async #write(): Promise<void> {
    const raised = [...this.#waiting.values()];
    if (raised.length === 0) return;
    this.#waiting.clear();
    try {
      for (const facility of await keepRaised(this.#given.db, raised)) this.#changed(facility);
    } catch (err) {
      this.#log.error({ err, alerts: raised.length }, 'alerts could not be kept: it is tried again');
      const since = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const one of [...raised, ...since]) this.#wait(one);
    }
  }

  async #forget(): Promise<void> {
    try {
      await forgetAlerts(this.#given.db, (this.#given.now() - KEPT) as Instant);
    } catch (err) {
      this.#log.error({ err }, 'alerts of long ago could not be taken away: it is tried again');
    }
  }
}
