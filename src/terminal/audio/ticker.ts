import { TICK_MS } from './frame.ts';

/** Ticks made up for at once after a stall; what is beyond is passed over, so that no burst leaves. */
const CATCH_UP = 2;

/**
 * Calls `tick` every 20 ms on a schedule fixed at the start, so that lateness does not add up. `skipped` says how many
 * ticks were passed over just before this one.
 */
export class Ticker {
  readonly #tick: (skipped: number, lateness: number) => void;
  readonly #started = performance.now();
  #done = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `lateness` is how long after its due time the tick runs, ms. */
  constructor(tick: (skipped: number, lateness: number) => void) {
    this.#tick = tick;
    this.#wait();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    const due = this.#started + (this.#done + 1) * TICK_MS;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.ceil(due - performance.now())));
  }

  #run(): void {
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
}
