import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { judge, Standing } from '../../protocol/judge.ts';
import type { OrderKeys } from '../../protocol/keys.ts';
import { type Lockdown, type LockdownOrder, mostRestrictive } from '../../protocol/lockdown.ts';
import { SignatureError, verifyOrder } from '../../protocol/signing.ts';
import { lockdownScopes, lockdownTopic } from '../../protocol/topics.ts';
import { openDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import { standingWhenDamaged } from './damaged.ts';
import { textOf } from './message.ts';
import type { FleetOptions } from './options.ts';

/** Longest wait before looking again: the clock may be set, and a timer holds no more than 24 days. */
const LOOK_AGAIN = 60_000;

/** An order that is not obeyed. The message says why. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
}

type OrdersOptions = Pick<
  FleetOptions,
  'facility' | 'unit' | 'terminal' | 'keys' | 'folder' | 'now' | 'monotonic' | 'log'
>;

/** Opens the orders a terminal has been given; what they say together is in `lockdown` at once. */
export async function openOrders(options: OrdersOptions, changed: (lockdown: Lockdown) => void): Promise<Orders> {
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
  return new Orders(options, document, changed);
}

/** The three lockdowns over one terminal: verified, kept over a power cut, and ended when their time is up. */
export class Orders {
  /** The topics on which they stand. */
  readonly topics: readonly string[];
  readonly #keys: OrderKeys;
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

  constructor(options: OrdersOptions, document: Document<Standing>, changed: (lockdown: Lockdown) => void) {
    this.topics = lockdownScopes(options.facility, options.unit, options.terminal).map(lockdownTopic);
    this.#keys = options.keys.orders;
    this.#now = options.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#log = options.log;
    this.#document = document;
    this.#changed = changed;
    this.#standing = document.value;
    for (const order of this.#standing.orders) this.#timeFrom(order);
    this.#lockdown = mostRestrictive(this.#inForce(), (order) => this.#left(order) === 0);
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
   * Takes what came on a lockdown topic. An order is on the disk before `changed` is told of it.
   * @throws OrderRefused where it is not obeyed; Malformed where it is too large.
   */
  async receive(topic: string, payload: Uint8Array): Promise<void> {
    const text = textOf(payload);
    if (text === '') throw new OrderRefused('empty: clearing a topic lifts nothing, only a signed order does');
    const order = await verifyOrder(text, this.#keys).catch((cause: unknown) => {
      throw cause instanceof SignatureError ? new OrderRefused(cause.message, { cause }) : cause;
    });
    const verdict = judge(this.#standing, order, topic, this.#now());
    if (verdict.result === 'known') return;
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
    this.#look();
  }

  close(): void {
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

  #look(): void {
    const lockdown = mostRestrictive(this.#inForce(), (order) => this.#left(order) === 0);
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
