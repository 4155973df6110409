import { TICK_MS } from './frame.ts';

/** Ticks made up for at once after a stall; what is beyond is passed over, so that no burst leaves. */
const CATCH_UP = 2;

/** A timer is set for this much before the tick, ms: it wakes up to two later than it was told. */
const EARLY = 2;

/** A tick this late, ms, lets what came meanwhile be read first. */
const LATE = 4;

/** A cell that nobody wakes: waiting on it is a sleep to the tenth of a millisecond. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls `tick` every 20 ms on a schedule fixed at the start (and after a rest), so that lateness does not add up. `skipped` says how many
 * ticks were passed over just before this one.
 */
export class Ticker {
  readonly #tick: (skipped: number, lateness: number) => void;
  readonly #exact: boolean;
  #started = performance.now();
  #done = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /**
   * `lateness` is how long after its due time the tick runs, ms. An `exact` ticker sleeps through the last two milliseconds before each
   * tick, and its whole thread with it: only for a thread that has nothing better to do.
   */
  constructor(tick: (skipped: number, lateness: number) => void, { exact = false }: { exact?: boolean } = {}) {
    this.#tick = tick;
    this.#exact = exact;
    this.#wait();
  }

  /** No more ticks until `wake`: nothing wakes up meanwhile. */
  rest(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Ticks anew after a rest, the first at once. No effect where it does not rest. */
  wake(): void {
    if (this.#timer || this.#closed) return;
    this.#started = performance.now() - TICK_MS;
    this.#done = 0;
    this.#wait();
  }

  close(): void {
    this.#closed = true;
    this.rest();
  }

  /** When the next tick is due. */
  get #due(): number {
    return this.#started + (this.#done + 1) * TICK_MS;
  }

  #wait(): void {
    const left = this.#due - performance.now();
    const timeout = this.#exact ? Math.floor(left - EARLY) : Math.ceil(left);
    this.#timer = setTimeout(() => this.#run(), Math.max(0, timeout));
  }

  #run(): void {
    if (this.#exact) this.#sleep();
    // After a stall the packets that these ticks are for are still with the operating system: timers run before sockets.
    if (performance.now() - this.#due > LATE) setImmediate(() => this.#catchUp());
    else this.#catchUp();
  }

  #catchUp(): void {
    const elapsed = performance.now() - this.#started;
    const due = Math.floor(elapsed / TICK_MS);
    let skipped = Math.max(0, due - this.#done - CATCH_UP);
    this.#done += skipped;
    while (this.#timer && this.#done < due) {
      this.#done += 1;
      this.#tick(skipped, elapsed - this.#done * TICK_MS);
      skipped = 0;
    }
    if (this.#timer) this.#wait();
  }

  #sleep(): void {
    for (let left = this.#due - performance.now(); left > 0; left = this.#due - performance.now()) {
      Atomics.wait(NEVER, 0, 0, Math.min(left, TICK_MS));
    }
  }
}
