import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { believeOrder } from '../../protocol/authority.ts';
import { judge, Standing } from '../../protocol/judge.ts';
import {
  type Lockdown,
  type LockdownOrder,
  type LockdownScope,
  lockdownName,
  mostRestrictive,
} from '../../protocol/lockdown.ts';
import { lockdownScopes, lockdownTopic } from '../../protocol/topics.ts';
import { openDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import { standingWhenDamaged } from './damaged.ts';
import { type Handover, openHandover } from './handover.ts';
import type { Keys } from './keys.ts';
import { textOf } from './message.ts';
import type { FleetOptions } from './options.ts';
import { ownOrder } from './own-order.ts';
import { OrderRefused, orRefused } from './refused.ts';

/** Longest wait before looking again: the clock may be set, and a timer holds no more than 24 days. */
const LOOK_AGAIN = 60_000;

type OrdersOptions = Pick<FleetOptions, 'facility' | 'unit' | 'terminal' | 'folder' | 'now' | 'monotonic' | 'log'>;

/** What a terminal has on its disk of the orders it was given, and whose it obeys. */
interface Told {
  readonly document: Document<Standing>;
  readonly handover: Handover;
  readonly keys: Keys;
}

/** Opens the orders a terminal has been given; what they say together is in `lockdown` at once. */
export async function openOrders(
  options: OrdersOptions,
  keys: Keys,
  changed: (lockdown: Lockdown) => void,
): Promise<Orders> {
  const { facility, terminal, folder, now, log } = options;
  const document = await openDocument(
    join(folder, 'lockdown.json'),
    Standing,
    { orders: [], sequences: {} },
    {
      log,
      whenDamaged: () => standingWhenDamaged(facility, terminal, now()),
    },
  );
  return new Orders(options, { document, handover: await openHandover(options), keys }, changed);
}

/** The three lockdowns over one terminal: verified, kept over a power cut, and ended when their time is up. */
export class Orders {
  /** The topics on which they stand. */
  readonly topics: readonly string[];
  readonly #scopes: readonly LockdownScope[];
  readonly #options: OrdersOptions;
  readonly #keys: Keys;
  readonly #handover: Handover;
  /** The last that came on each topic and was not to be believed: it is looked at again when keys come. */
  readonly #unbelieved = new Map<string, string>();
  readonly #now: OrdersOptions['now'];
  readonly #monotonic: () => number;
  /** When the time of each is up by the monotonic clock, ms. */
  readonly #ends = new WeakMap<LockdownOrder, number>();
  readonly #log: Logger;
  readonly #document: Document<Standing>;
  readonly #changed: (lockdown: Lockdown) => void;
  #standing: Standing;
  #lockdown: Lockdown;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: OrdersOptions, { document, handover, keys }: Told, changed: (lockdown: Lockdown) => void) {
    this.#scopes = lockdownScopes(options.facility, options.unit, options.terminal);
    this.topics = this.#scopes.map(lockdownTopic);
    this.#options = options;
    this.#keys = keys;
    this.#handover = handover;
    this.#now = options.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#log = options.log;
    this.#document = document;
    this.#changed = changed;
    this.#standing = document.value;
    for (const order of this.#standing.orders) this.#timeFrom(order);
    this.#lockdown = this.#current();
    this.#wait();
  }

  /** What the terminal obeys now. */
  get lockdown(): Lockdown {
    return this.#lockdown;
  }

  /** The sequence of the last order obeyed, by `issuer scope`. */
  get sequences(): Readonly<Record<string, number>> {
    return this.#standing.sequences;
  }

  /**
   * Takes what came on a lockdown topic. An order is on the disk before `changed` is told of it. Before it is known whose orders are
   * obeyed nothing is refused: what came is looked at when that is.
   * @throws OrderRefused where it is not obeyed; Malformed where it is too large.
   */
  async receive(topic: string, payload: Uint8Array): Promise<void> {
    const text = textOf(payload);
    this.#unbelieved.delete(topic);
    if (text === '') {
      await this.#settle(topic);
      throw new OrderRefused('empty: clearing a topic lifts nothing, only a signed order does');
    }
    if (this.#keys.isKnown) return this.#take(topic, text);
    this.#unbelieved.set(topic, text);
  }

  /** Other keys count than before: what was not to be believed may be now. */
  async keysChanged(): Promise<void> {
    for (const [topic, text] of [...this.#unbelieved])
      await this.#take(topic, text).catch((error: unknown) => {
        // It was said when it came, or nobody could know then.
        if (!(error instanceof OrderRefused)) throw error;
      });
    this.#look();
  }

  /** The broker is heard, or no more. */
  linkChanged(state: 'heard' | 'down'): void {
    if (state === 'down') this.#handover.lost();
    else if (this.#keys.told !== null && this.#keys.isKnown) this.#handover.heard();
  }

  async #take(topic: string, text: string): Promise<void> {
    const { unit, terminal } = this.#options;
    const unitOf = (other: typeof terminal) => (other === terminal ? unit : null);
    let believed: Awaited<ReturnType<typeof believeOrder>>;
    try {
      believed = await orRefused(believeOrder(text, this.#keys.authority, unitOf));
    } catch (error) {
      if (error instanceof OrderRefused) await this.#doubt(topic, text);
      throw error;
    }
    const { order, keyUntil } = believed;
    this.#unbelieved.delete(topic);
    const verdict = judge(this.#standing, order, topic, this.#now(), keyUntil);
    if (verdict.result === 'known') return this.#settle(topic);
    if (verdict.result === 'refused') throw new OrderRefused(verdict.reason);
    try {
      await this.#document.write(verdict.standing);
    } catch (cause) {
      // Obeying what cannot be kept is safe only where it closes; it is kept as soon as the disk lets us.
      if (order.state === 'open') throw new OrderRefused('it opens, and cannot be stored', { cause });
      this.#log.error({ err: cause }, 'a lockdown is obeyed but not stored');
    }
    this.#standing = verdict.standing;
    this.#timeFrom(order);
    await this.#handover.settle(topic);
    this.#look();
    this.#log.info(obeyedOrder(order));
  }

  async #settle(topic: string): Promise<void> {
    await this.#handover.settle(topic);
    this.#look();
  }

  async #doubt(topic: string, text: string): Promise<void> {
    if (this.#keys.told === null) return;
    this.#unbelieved.set(topic, text);
    await this.#handover.doubt(topic);
    this.#look();
  }

  close(): void {
    this.#handover.lost();
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** An order's time runs by the monotonic clock too, from its receipt or our start: a wall clock that is set does not end it early. */
  #timeFrom(order: LockdownOrder): void {
    if (order.until !== null) this.#ends.set(order, this.#monotonic() + Math.max(0, order.until - this.#now()));
  }

  /** What is left of an order's time, ms; null where it has no end. */
  #left(order: LockdownOrder): number | null {
    if (order.until === null) return null;
    const end = this.#ends.get(order) ?? 0;
    return Math.max(0, order.until - this.#now(), end - this.#monotonic());
  }

  /** Orders for scopes this terminal has since left do not count. */
  #inForce() {
    return this.#standing.orders.filter((order) => this.topics.includes(lockdownTopic(order.scope)));
  }

  /** What it does not know closes it: whose orders it obeys, or what stood for a scope that nobody has ordered here. */
  #ownOrders(): LockdownOrder[] {
    const close = (scope: LockdownScope, reason: string) => ownOrder(scope, 'disabled', reason, this.#now());
    const [, , own] = this.#scopes;
    if (own && !this.#keys.isKnown) return [close(own, 'not in service yet: no set of keys has come')];
    const ordered = new Set(this.#standing.orders.map(({ scope }) => lockdownTopic(scope)));
    return this.#scopes
      .filter((scope) => this.#handover.unbelieved.includes(lockdownTopic(scope)) && !ordered.has(lockdownTopic(scope)))
      .map((scope) => close(scope, `what stands for ${lockdownName(scope)} is by no key that counts: order it anew`));
  }

  #current(): Lockdown {
    return mostRestrictive([...this.#inForce(), ...this.#ownOrders()], (order) => this.#left(order) === 0);
  }

  #look(): void {
    const lockdown = this.#current();
    const news = !isDeepStrictEqual(lockdown, this.#lockdown);
    this.#lockdown = lockdown;
    this.#wait();
    if (news) this.#changed(lockdown);
  }

  #wait(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const ends = this.#inForce().flatMap((order) => {
      const left = this.#left(order);
      return left === null || left === 0 ? [] : [left];
    });
    const unstored = this.#standing !== this.#document.value;
    if (ends.length === 0 && !unstored) return;
    this.#timer = setTimeout(() => this.#tick(), Math.min(LOOK_AGAIN, ...ends));
  }

  #tick(): void {
    const stored = this.#standing === this.#document.value ? Promise.resolve() : this.#document.write(this.#standing);
    stored.then(
      () => this.#look(),
      () => this.#look(),
    );
  }
}

/** An order that is obeyed, in a line: what, for whom, by whom, until when, why. */
function obeyedOrder({ scope, state, mode, issuer, sequence, until, reason }: LockdownOrder): string {
  const what = state === 'open' ? state : `${state} (${mode})`;
  // A moment may be later than any that `Date` can write.
  const moment = new Date(until ?? 0);
  const end = until === null ? '' : `, until ${Number.isNaN(moment.getTime()) ? until : moment.toISOString()}`;
  return `order of ${issuer}, sequence ${sequence}, is obeyed: ${what} for ${lockdownName(scope)}${end}: ${reason}`;
}
