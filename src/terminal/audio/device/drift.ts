/** Ticks over which the card's clock is compared with ours: ten seconds. */
const WINDOW = 500;

/** Frames that may be ahead or behind before something is done. */
const SLACK = 2;

/** Ticks remembered: as many as frames can wait in a pipe. */
const REMEMBERED = 100;

/** Frames that a card holds when it begins to play, and one for what is under way. */
const BUFFERED = 5;

/**
 * A sound card's clock is not ours, and what we write ahead of it waits in pipes we cannot see into. Capture and
 * playback run on one clock, so samples that came tell how many were played: this says when to leave a frame out or
 * to give one twice. A source that does not run at a card's rate (within 2%) is no card, and changes nothing.
 */
export class Drift {
  readonly #frame: number;
  readonly #most: number;
  #captured = 0;
  #ticks = 0;
  /** Samples written beyond what was played since the last correction. */
  #ahead = 0;
  /** Frames written in each of the last ticks: a ring. */
  readonly #written = new Uint8Array(REMEMBERED);
  #at = 0;

  /**
   * Samples of one tick at the device's rate. Up to `most` frames a quiet one is waited for, to leave it out or give it twice; beyond
   * that any will do.
   */
  constructor(frame: number, most = SLACK) {
    this.#frame = frame;
    this.#most = most;
  }

  captured(samples: number): void {
    this.#captured += samples;
  }

  /** How often this tick's frame is to be written: 1, now and then 0 or 2. */
  frames(quiet = false): 0 | 1 | 2 {
    this.#ticks += 1;
    if (this.#ticks === WINDOW) this.#compare();
    const frames = this.#next((quiet ? SLACK : this.#most) * this.#frame);
    this.#note(frames);
    return frames;
  }

  /** Ticks of ours were passed over. */
  skipped(ticks: number): void {
    for (let n = 0; n < Math.min(ticks, REMEMBERED); n++) this.#note(0);
  }

  /**
   * The card had nothing to play for `ms`, and begins anew with a full buffer: what was written meanwhile beyond that would stay ahead
   * of it for good. Where it was us who wrote nothing, nothing is.
   */
  starved(ms: number): void {
    let written = 0;
    const ticks = Math.min(REMEMBERED, Math.round(ms / 20));
    for (let n = 1; n <= ticks; n++) written += this.#written[(this.#at - n + REMEMBERED) % REMEMBERED] as number;
    this.#ahead = Math.max(0, written - BUFFERED) * this.#frame;
    this.#captured = 0;
    this.#ticks = 0;
  }

  #next(most: number): 0 | 1 | 2 {
    if (this.#ahead > most) {
      this.#ahead -= this.#frame;
      return 0;
    }
    if (this.#ahead < -most) {
      this.#ahead += this.#frame;
      return 2;
    }
    return 1;
  }

  #note(frames: number): void {
    this.#written[this.#at] = frames;
    this.#at = (this.#at + 1) % REMEMBERED;
  }

  #compare(): void {
    const written = WINDOW * this.#frame;
    const difference = written - this.#captured;
    if (Math.abs(difference) < written * 0.02) this.#ahead += difference;
    this.#captured = 0;
    this.#ticks = 0;
  }
}
