import type { Logger } from 'pino';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import { SignatureError, verifyOrder } from '../../protocol/signing.ts';
import { lockdownsOf, lockdownTopic, parseLockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Control } from '../context.ts';
import { whenThere } from '../database/gone.ts';
import { Quota } from '../link/quota.ts';
import type { Issuers } from './issuers.ts';
import { type Kept, weigh } from './kept.ts';
import { readKept, writeKept } from './orders.ts';

/** The broker hands over what stands at once; after so long without any, what has not come does not stand there, ms. */
const HANDED_OVER = 500;
/** On one topic something is put back so often at most, ms: whoever writes there again and again shall not make us as busy. */
const AT_MOST_EVERY = 250;
/** What is put comes back by then, where it was taken, ms. */
const RETURNED = 5_000;
/** An order is under 2,000 characters; a message that is longer is none. */
const LONGEST = 8_192;

/** Puts `payload` on a topic, to stand there; an empty one clears it. */
export type Put = (topic: string, payload: string) => void;

type Given = Pick<Control, 'db' | 'now' | 'alarm' | 'counters'>;

/**
 * Keeps the last valid order of each scope, and puts it back where something else stands at the broker: whoever writes there
 * without an issuer's key changes nothing, for phones that come new either. It cannot order anything itself: all it has is signed by others.
 */
export class Keeper {
  readonly #given: Given;
  readonly #issuers: ReadonlyMap<FacilityId, Issuers>;
  readonly #log: Logger;
  readonly #kept: Map<string, Kept>;
  /** Kept, and not yet in the database. */
  readonly #unwritten = new Set<string>();
  #writing: Promise<void> | null = null;
  #closed = false;
  #put: Put | null = null;
  /** What was put and has not come back yet, by topic. */
  readonly #echoes = new Map<string, { readonly late: NodeJS.Timeout; readonly texts: Set<string> }>();
  readonly #seen = new Set<string>();
  /** To be put back when all is heard: the first are handed over before the last is asked for. */
  readonly #owed = new Set<string>();
  #handedOver: NodeJS.Timeout | null = null;
  readonly #pending = new Map<string, NodeJS.Timeout>();
  readonly #lastPut = new Quota(1, 1_000 / AT_MOST_EVERY);
  readonly #lines = new Quota(1, 1);

  private constructor(given: Given, issuers: ReadonlyMap<FacilityId, Issuers>, kept: Map<string, Kept>, log: Logger) {
    this.#given = given;
    this.#issuers = issuers;
    this.#kept = kept;
    this.#log = log;
  }

  /** Opens it with what was kept before. */
  static async open(given: Given, issuers: ReadonlyMap<FacilityId, Issuers>, log: Logger): Promise<Keeper> {
    return new Keeper(given, issuers, await readKept(given.db, [...issuers.keys()]), log);
  }

  /** The filters of all that is kept. */
  get topics(): string[] {
    return [...this.#issuers.keys()].flatMap(lockdownsOf);
  }

  /** To be told when all of `topics` are heard: the broker hands over what stands there. What is missing then is put back. */
  linked(put: Put): void {
    this.#put = put;
    if (this.#handedOver) clearTimeout(this.#handedOver);
    this.#handedOver = setTimeout(() => this.#putMissing(), HANDED_OVER);
    for (const topic of this.#owed) this.#putBack(topic);
    this.#owed.clear();
  }

  /** To be told when the broker is lost. */
  unlinked(): void {
    this.#put = null;
    this.#seen.clear();
    this.#owed.clear();
    for (const { late } of this.#echoes.values()) clearTimeout(late);
    this.#echoes.clear();
    if (this.#handedOver) clearTimeout(this.#handedOver);
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  /** Takes what came on a lockdown topic; an order that is newer is kept, anything else makes way for what is kept. Never rejects. */
  async receive(topic: string, payload: Buffer): Promise<void> {
    const issuers = this.#issuers.get(parseLockdownTopic(topic)?.facility as FacilityId);
    if (!issuers) return;
    this.#seen.add(topic);
    this.#handedOver?.refresh();
    const jws = payload.length > LONGEST ? null : payload.toString('utf8');
    const own = jws !== null && this.#returned(topic, jws);
    const order = await orderIn(jws, issuers);
    const finding = weigh(this.#kept.get(topic) ?? null, jws ?? '', order, topic, this.#given.now());
    if (finding.result === 'newer') {
      this.#keep(topic, finding.kept);
      this.#log.info({ topic, ...told(order) }, 'an order is kept');
    } else if (finding.result === 'wrong' && !(jws === '' && !this.#kept.has(topic))) {
      if (!own) this.#tell(topic, finding.reason);
      this.#putBack(topic);
    }
  }

  /** Waits until what is kept is written, as far as the database is there. */
  async close(): Promise<void> {
    this.unlinked();
    this.#closed = true;
    await this.#writing;
  }

  #putMissing(): void {
    this.#handedOver = null;
    for (const [facility, { first }] of this.#issuers) {
      const topic = lockdownTopic({ kind: 'facility', facility });
      if (first === null || this.#kept.has(topic)) continue;
      const finding = weigh(null, first.jws, first.order, topic, this.#given.now());
      if (finding.result !== 'newer') continue;
      this.#keep(topic, finding.kept);
      this.#seen.add(topic);
      this.#putBack(topic);
      this.#log.info({ topic }, 'the first order of the facility is given');
    }
    const missing = [...this.#kept.keys()].filter((topic) => !this.#seen.has(topic));
    if (missing.length === 0) return;
    this.#given.counters.add('orders-missing');
    this.#log.warn(
      { topics: missing.slice(0, 5), orders: missing.length },
      'orders in force were not at the broker: put back',
    );
    for (const topic of missing) this.#putBack(topic);
  }

  #keep(topic: string, kept: Kept): void {
    this.#kept.set(topic, kept);
    this.#unwritten.add(topic);
    const timer = this.#pending.get(topic);
    if (timer) clearTimeout(timer);
    this.#pending.delete(topic);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** An order that is lost here before it is written still stands at the broker, and is judged anew after the next start. */
  async #write(): Promise<void> {
    for (const topic of this.#unwritten) {
      this.#unwritten.delete(topic);
      const kept = this.#kept.get(topic);
      if (kept === undefined) continue;
      try {
        await whenThere(
          () => writeKept(this.#given.db, topic, kept),
          () => !this.#closed,
        );
      } catch (err) {
        this.#log.error({ topic, err }, 'an order is kept in memory but could not be written');
      }
    }
  }

  #tell(topic: string, reason: string): void {
    this.#given.counters.add('order-wrong');
    const untold = this.#lines.take(topic);
    if (untold === null) return;
    const what = this.#kept.has(topic) ? 'the order in force is put back' : 'it is taken away, no order was there';
    this.#given.alarm('order-replaced', { topic, ...(untold > 0 && { untold }) }, `at the broker: ${reason}: ${what}`);
  }

  #putBack(topic: string): void {
    if (this.#put === null) this.#owed.add(topic);
    if (this.#put === null || this.#pending.has(topic)) return;
    if (this.#lastPut.take(topic) === null) {
      const later = () => {
        this.#pending.delete(topic);
        this.#putBack(topic);
      };
      this.#pending.set(topic, setTimeout(later, AT_MOST_EVERY));
      return;
    }
    const jws = this.#kept.get(topic)?.jws ?? '';
    const before = this.#echoes.get(topic);
    if (before) clearTimeout(before.late);
    const late = setTimeout(() => this.#denied(topic), RETURNED);
    this.#echoes.set(topic, { late, texts: (before?.texts ?? new Set()).add(jws) });
    this.#put(topic, jws);
  }

  /** Whether it is what was put there from here. */
  #returned(topic: string, jws: string): boolean {
    const echoes = this.#echoes.get(topic);
    if (!echoes?.texts.delete(jws)) return false;
    if (echoes.texts.size > 0) return true;
    clearTimeout(echoes.late);
    this.#echoes.delete(topic);
    return true;
  }

  /** MQTT 3.1.1 acknowledges what it denies: only what comes back was taken. */
  #denied(topic: string): void {
    this.#echoes.delete(topic);
    this.#given.counters.add('denied');
    if (this.#lines.take('denied') === null) return;
    this.#log.error(
      { topic },
      'the broker does not let this user write there: give it the rights (tierphone account platform NAME)',
    );
  }
}

async function orderIn(jws: string | null, { keys }: Issuers): Promise<LockdownOrder | Error> {
  if (jws === null) return new SignatureError('too long for an order');
  if (jws === '') return new SignatureError('cleared');
  try {
    return await verifyOrder(jws, keys);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const told = (order: LockdownOrder | Error): object =>
  order instanceof Error ? {} : { state: order.state, issuer: order.issuer };
