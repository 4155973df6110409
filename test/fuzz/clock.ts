/** A timer that waits. */
interface Waiting {
  readonly at: number;
  readonly every: number | null;
  readonly fire: () => void;
}

type Callback = (...args: unknown[]) => void;

/**
 * Time by hand, for `setTimeout` and `setInterval` of the whole process. Beside the mocks of `node:test` it jumps from one timer to the
 * next, so that what each sets off is over before the next is due, and it tells how many wait.
 */
export class Clock {
  readonly #waiting = new Map<object, Waiting>();
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  #now = 0;

  /** From now on, until `stop`. */
  start(): void {
    const clear = (timer: object | undefined) => void (timer && this.#waiting.delete(timer));
    Object.assign(globalThis, {
      setTimeout: (fire: Callback, ms?: number, ...args: unknown[]) => this.#set(() => fire(...args), ms, false),
      setInterval: (fire: Callback, ms?: number, ...args: unknown[]) => this.#set(() => fire(...args), ms, true),
      clearTimeout: clear,
      clearInterval: clear,
    });
  }

  stop(): void {
    Object.assign(globalThis, this.#real);
  }

  /** ms since it was made. */
  get now(): number {
    return this.#now;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets `ms` pass; `settle` is waited for after each moment at which a timer fired. */
  async pass(ms: number, settle: () => Promise<void>): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(); next <= end; next = this.#next()) {
      this.#now = next;
      for (const [timer, waiting] of [...this.#waiting]) if (waiting.at <= next) this.#fire(timer, waiting);
      await settle();
    }
    this.#now = end;
  }

  #next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#waiting.values()) next = Math.min(next, at);
    return next;
  }

  #fire(timer: object, waiting: Waiting): void {
    if (!this.#waiting.delete(timer)) return;
    if (waiting.every !== null) this.#waiting.set(timer, { ...waiting, at: this.#now + waiting.every });
    waiting.fire();
  }

  #set(fire: () => void, ms: number | undefined, again: boolean): object {
    const span = Math.max(1, Math.trunc(ms ?? 1) || 1);
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => true };
    this.#waiting.set(timer, { at: this.#now + span, every: again ? span : null, fire });
    return timer;
  }
}
