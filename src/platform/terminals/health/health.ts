import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { FacilityId, TerminalId } from '../../../protocol/units.ts';
import type { Control } from '../../context.ts';
import { Quota } from '../../link/quota.ts';
import type { Watcher, Watching } from '../../link/watching.ts';
import { repeat } from '../../repeat.ts';
import { Doubles } from './doubles.ts';
import { clearOutages, openOutages, write } from './kept.ts';
import { Unread } from './said.ts';
import { type Outage, Spans } from './spans.ts';

/** What was said in so many ms is read and written together. */
const EVERY = 1_000;
/** Statuses that are read at a stretch: calls wait for no more of them, 3 ms. */
const STRETCH = 100;
const CLEAR_EVERY = 3_600_000;
/** Times out of order that are kept of one phone: so many at once, and an hour after that. */
const [AT_ONCE, AN_HOUR] = [60, 6];
const CLONED =
  'two speak as this phone by turns, with one key: its card was copied; claim another phone in its place, and both are dead';
/** Of more phones that are out of order for long since the same moment people are told by one alarm. */
const SINGLY = 20;

type Given = Pick<Control, 'db' | 'now' | 'alarm' | 'counters'>;

/** One facility that is served: what its phones say of themselves. */
class Heard implements Watcher {
  readonly channels = ['status'] as const;
  readonly unread: Unread;
  readonly doubles = new Doubles();
  /** Null until it is known what lasted. */
  spans: Spans | null = null;

  constructor(facility: FacilityId) {
    this.unread = new Unread(facility);
  }

  hear(topic: string, payload: Buffer): void {
    this.unread.hear(topic, payload);
  }

  /** What a phone is like while nobody can hear it is not known: it stays as it was. */
  linked(): void {}
}

/**
 * Hears all the time how the phones are of the facilities that are served, and keeps when they were out of order. Nothing is written
 * of a phone that is well and stays so; what changes in a second is written together.
 */
export class Health {
  readonly #given: Given;
  readonly #watching: Watching;
  readonly #log: Logger;
  readonly #room: Quota;
  readonly #facilities = new Map<FacilityId, Heard>();
  /** What stops to hear of each. */
  readonly #leaves = new Map<FacilityId, () => void>();
  readonly #stops: readonly (() => Promise<void>)[];
  #looking: Promise<void> = Promise.resolve();

  constructor(given: Given, watching: Watching, log: Logger) {
    this.#given = given;
    this.#watching = watching;
    this.#log = log;
    this.#room = new Quota(AT_ONCE, AN_HOUR / 3_600, given.now);
    this.#stops = [
      repeat(() => this.look(), { first: EVERY, every: EVERY }),
      repeat(() => this.clear(), { first: CLEAR_EVERY, every: CLEAR_EVERY }),
    ];
  }

  /** Hears the phones of these facilities and of no others; what was heard of others is written as far as the database is there. */
  async serve(facilities: ReadonlySet<FacilityId>): Promise<void> {
    const left = [...this.#facilities.keys()].filter((id) => !facilities.has(id));
    for (const facility of left) this.#leaves.get(facility)?.();
    for (const facility of facilities) if (!this.#facilities.has(facility)) this.#begin(facility);
    if (left.length === 0) return;
    await this.look();
    for (const facility of left) this.#facilities.delete(facility);
  }

  /** Reads what was said since, and writes what comes of it. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#read())
      .then(() => this.#write())
      .catch((err: unknown) =>
        this.#log.warn({ err }, 'when phones were out of order could not be written: it is tried again'),
      );
    return this.#looking;
  }

  /** Writes what was heard, and stops. */
  async close(): Promise<void> {
    for (const stop of this.#stops) await stop();
    await this.serve(new Set());
  }

  #begin(facility: FacilityId): void {
    const heard = new Heard(facility);
    this.#facilities.set(facility, heard);
    this.#leaves.set(facility, this.#watching.watch(facility, heard));
  }

  async #read(): Promise<void> {
    await this.#findLasting();
    const { now, counters, alarm } = this.#given;
    for (const [facility, { unread, spans, doubles }] of this.#facilities) {
      if (!spans) continue;
      for (let read = STRETCH; read === STRETCH; ) {
        const { said, bad } = unread.take(STRETCH);
        for (const [terminal, one] of said) {
          spans.hear(terminal, one.status, now());
          if (doubles.hear(terminal, one, now())) alarm('cloned', { facility, terminal }, CLONED);
        }
        for (let n = 0; n < bad; n++) counters.add('status');
        read = said.size + bad;
        if (read > 0) await turn();
      }
    }
  }

  async #findLasting(): Promise<void> {
    const anew = [...this.#facilities].filter(([, { spans }]) => spans === null);
    if (anew.length === 0) return;
    const kept = await openOutages(
      this.#given.db,
      anew.map(([facility]) => facility),
    );
    for (const [facility, heard] of anew) {
      const own = kept.filter((outage) => outage.facility === facility);
      heard.spans = new Spans(facility, own, (terminal) => this.#room.take(`${facility}/${terminal}`) !== null);
    }
  }

  async #write(): Promise<void> {
    const now = this.#given.now();
    const all = [...this.#facilities].flatMap(([facility, { spans }]) => (spans ? [{ facility, spans }] : []));
    for (const { facility, spans } of all) this.#tell(facility, spans.lasting(now));
    const due = all.map(({ facility, spans }) => ({ facility, spans, ...spans.due(now) }));
    for (const { lost } of due) for (let n = 0; n < lost; n++) this.#given.counters.add('outages-unkept');
    const [begun, changed] = [due.flatMap((one) => one.begun), due.flatMap((one) => one.changed)];
    if (begun.length + changed.length === 0) return;
    const there = await write(this.#given.db, { begun, changed });
    for (const { facility, spans, ...one } of due) {
      const here = one.begun.filter(({ terminal }) => there.has(`${facility} ${terminal}`));
      spans.written(one, new Set<TerminalId>(here.map(({ terminal }) => terminal)), now);
    }
  }

  #tell(facility: FacilityId, lasting: readonly Outage[]): void {
    const phones = new Set(lasting.map(({ terminal }) => terminal));
    const alarm = (where: object, what: string) => this.#given.alarm('phone-out', { facility, ...where }, what);
    if (phones.size > SINGLY) alarm({}, `${phones.size} phones are out of order for ten minutes`);
    else for (const { terminal, what } of lasting) alarm({ terminal }, `out of order for ten minutes: ${what}`);
  }

  /** Takes away what is long ago, and what lasts of phones that are there no more. Never rejects. */
  async clear(): Promise<void> {
    try {
      for (const gone of await clearOutages(this.#given.db, this.#given.now()))
        this.#facilities.get(gone.facility)?.spans?.forget(gone);
    } catch (err) {
      this.#log.error({ err }, 'when phones were out of order long ago could not be taken away: it is tried again');
    }
  }
}
