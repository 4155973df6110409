import { RATE } from '../../audio/frame.ts';
import { Interpolator } from '../../audio/resample.ts';
import type { Decoder } from './codec/codec.ts';
import type { Item } from './packet-queue.ts';
import type { SoundLine } from './sound-line.ts';

/** No packet of any gateway is longer: 200 ms, in samples of 8 and of 16 kHz. */
const NARROW = 1_600;
const WIDE = 3_200;

/** Samples that a codec's memory is led over after a loss: as much as a line keeps. */
const LED = 640;
/** Samples in the memory of the interpolator from 8 to 16 kHz, and how much later sound comes out of it, at 16 kHz. */
const PRIMED = 24;
const DELAY = 23;
/** Samples of what would have been next. */
const TAIL = 40;

/** Payloads, in order, into a line of 16 kHz. */
export class Decoding {
  readonly #hear: (samples: Int16Array, rate: number) => void;
  readonly #sound = new Int16Array(WIDE);
  readonly #wide = new Int16Array(WIDE);
  readonly #interpolator = new Interpolator(2, NARROW);
  readonly #madeUp = new Int16Array(LED + TAIL);
  /** What was said before this place is not heard. */
  #muted = Number.NEGATIVE_INFINITY;
  /** The last packet was of those. */
  #wasMuted = false;

  /** `hear` is shown what is decoded, at its codec's rate. */
  constructor(hear: (samples: Int16Array, rate: number) => void) {
    this.#hear = hear;
  }

  /** Nothing said before `until` is heard. */
  mute(until: number): void {
    this.#muted = Math.max(this.#muted, until);
    this.#wasMuted = true;
    this.#interpolator.flush();
  }

  mutes(item: Item): boolean {
    return item.start < this.#muted;
  }

  /** Another clock: places mean nothing any more. */
  restart(): void {
    this.#muted = Number.NEGATIVE_INFINITY;
  }

  /**
   * `lost` samples before `item` were made up at the end of `line`, and `tail` would have been next: what remembers the last
   * packet is led over them.
   */
  follow(item: Item, line: SoundLine, lost: number, tail: Float32Array): void {
    const { decoder } = item;
    if (!decoder || this.mutes(item)) return;
    if (decoder.rate !== RATE) this.#prime(line, tail);
    if (!decoder.follow) return;
    const ahead = decoder.lookahead ?? 0;
    const count = Math.min(LED, lost) & ~1;
    for (let n = 0; n < count; n++) this.#madeUp[n] = line.samples[line.end - count + n] as number;
    for (let n = 0; n < ahead; n++) this.#madeUp[count + n] = tail[n] as number;
    decoder.follow(this.#madeUp.subarray(0, count + ahead));
  }

  /** What the interpolator would have been given, it being half its length ahead of what comes out. */
  #prime(line: SoundLine, tail: Float32Array): void {
    for (let n = 0; n < PRIMED; n++) {
      const at = DELAY - 2 * (PRIMED - n);
      this.#madeUp[n] = at >= 0 ? (tail[at] as number) : (line.samples[line.end + at] as number);
    }
    this.#interpolator.run(this.#madeUp.subarray(0, PRIMED), this.#wide);
  }

  /** Decodes `item` to the end of `line`, but for its first `passed` samples of 16 kHz; returns how much longer that is. */
  run(item: Item, line: SoundLine, passed: number): number {
    const decoder = item.decoder as Decoder;
    const muted = this.mutes(item);
    if (this.#wasMuted && !muted) decoder.hush?.();
    this.#wasMuted = muted;
    const sound = this.#sound.subarray(0, decoder.decode(item.payload, this.#sound));
    if (muted) sound.fill(0);
    else this.#hear(sound, decoder.rate);
    const wide = this.#widen(sound, decoder.rate);
    const count = Math.min(item.length - passed, line.room);
    for (let n = 0; n < count; n++) line.samples[line.end + n] = wide[passed + n] as number;
    line.end += count;
    return count;
  }

  #widen(sound: Int16Array, rate: number): Int16Array {
    if (rate === RATE) return sound;
    this.#interpolator.run(sound, this.#wide);
    return this.#wide;
  }
}
