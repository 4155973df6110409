/** A board beats once a second: a beat this late may have been lost to noise. */
const LATE_MS = 1_250;
const ASK_EVERY_MS = 250;
/** A board silent for this long is gone. */
const SILENCE_MS = 3_000;
/** The port is opened anew after so long: an adapter may hang with its port open. Longer than a board takes to boot, which opening may make it do. */
const HUNG_MS = 10_000;

interface BeatEvents {
  /** A beat is late: told every 250 ms until one comes or it is given up. */
  late(): void;
  /** No beat for 3 s; why, as far as can be known from what came instead. */
  silent(why: string): void;
  /** Nor for 10 s. */
  hung(why: string): void;
}

/** Waits for a board's beats. */
export class Beats {
  readonly #baud: number;
  readonly #on: BeatEvents;
  #timer: NodeJS.Timeout | null = null;
  /** What has come since a beat was due. */
  #since: 'nothing' | 'bytes' | 'line' = 'nothing';

  constructor(baud: number, on: BeatEvents) {
    this.#baud = baud;
    this.#on = on;
  }

  /** A beat has come, or the port was opened: waits for the next. */
  await(): void {
    this.#after(LATE_MS, () => {
      this.#since = 'nothing';
      this.#late(LATE_MS);
    });
  }

  /** Bytes have come, or a good line that is no beat. */
  other(what: 'bytes' | 'line'): void {
    if (this.#since !== 'line') this.#since = what;
  }

  /** Waits for none. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #late(waited: number): void {
    if (waited < SILENCE_MS) {
      this.#after(ASK_EVERY_MS, () => this.#late(waited + ASK_EVERY_MS));
      this.#on.late();
    } else {
      this.#after(HUNG_MS - SILENCE_MS, () => this.#on.hung(this.#why()));
      this.#on.silent(this.#why());
    }
  }

  #why(): string {
    if (this.#since === 'line') return 'no beat for 3 s, though other lines come: its firmware does not beat';
    if (this.#since === 'bytes')
      return `no beat for 3 s, only garbage: "baud" (${this.#baud}) is not the board's, or no ground wire`;
    return 'no beat for 3 s';
  }

  #after(ms: number, then: () => void): void {
    this.stop();
    this.#timer = setTimeout(then, ms);
  }
}
