import type { Background } from './background.ts';
import { ComfortNoise } from './comfort-noise.ts';
import { Concealer } from './concealer.ts';
import type { SoundLine } from './sound-line.ts';

/** Made-up sound goes over into noise within this, in samples of 16 kHz: 60 ms. */
const GOING = 960;

/** Fills what is missing in a line: with more of the same at first, then with the far end's background. */
export class Filler {
  readonly #background: Background;
  readonly #concealer = new Concealer();
  readonly #noise = new ComfortNoise();
  readonly #makesUp: boolean;
  #made = 0;

  /** One that makes nothing up fills with silence. */
  constructor(background: Background, makesUp = true) {
    this.#background = background;
    this.#makesUp = makesUp;
  }

  /** Samples made up since `start`. */
  get made(): number {
    return this.#made;
  }

  /** Sound ends at the end of `line`. */
  start(line: SoundLine): void {
    this.#concealer.start(line.samples, line.end);
    this.#noise.resemble(this.#background.level);
    this.#made = 0;
  }

  /** It is a pause of the far end's own: only noise from now on, after a short fade. */
  settle(): void {
    this.#concealer.leave();
    this.#made = Math.max(this.#made, GOING);
  }

  /** What noise is to be like from now on (RFC 3389). */
  describe(payload: Uint8Array): void {
    this.#noise.describe(payload);
  }

  /** Makes `line` longer by `count` samples. */
  run(line: SoundLine, count: number): void {
    this.#make(line.samples, line.end, count);
    line.end += count;
  }

  /** What would come next, in `out`: what comes instead goes over from it. */
  tail(out: Float32Array, count: number): void {
    this.#make(out, 0, count);
  }

  /** Forgets all sound. */
  flush(): void {
    this.#concealer.flush();
    this.#noise.flush();
  }

  #make(out: Float32Array, at: number, count: number): void {
    out.fill(0, at, at + count);
    if (!this.#makesUp) {
      this.#made += count;
      return;
    }
    this.#concealer.add(out, at, count);
    const from = Math.min(1, this.#made / GOING);
    this.#made += count;
    this.#noise.add(out, at, count, { from, to: Math.min(1, this.#made / GOING) });
  }
}
