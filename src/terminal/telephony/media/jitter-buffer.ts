import { NARROW_FRAME, NARROW_RATE } from '../../audio/frame.ts';
import { clockAhead } from './rtp.ts';

/** Two seconds of sound, a power of two so that the RTP clock may wrap. */
const SIZE = 16_384;
const MASK = SIZE - 1;

const ms = (n: number): number => (n * NARROW_RATE) / 1_000;

/** Delay to begin with. */
const FIRST = ms(60);
/** Kept between a packet and its turn, where the network has been no worse than this. */
const LEAST = ms(40);
/** No packet is made to wait longer than this for the sake of later ones. */
const MOST = ms(80);

/** Sound this far off our place in it is another clock and not delay. */
const FAR_OFF = ms(1_000);

/** Packets one after another that do not fit before their clock is taken as the new one. */
const MISFITS = 5;

/** Ticks between two looks at the delay: two seconds. */
const WINDOW = 100;

/** What became of a packet: `resync` where the buffer began anew with it. */
export type Placed = 'kept' | 'late' | 'resync';

/**
 * Decoded sound laid out by its RTP timestamp and played at a place that moves 20 ms a tick. So packets of any
 * length and in any order find their place by themselves; a hole is a loss; a packet behind the place is late.
 */
export class JitterBuffer {
  readonly #samples = new Int16Array(SIZE);
  readonly #filled = new Uint8Array(SIZE);
  /** RTP timestamp that is played next. */
  #place = 0;
  #begun = false;
  #misfits = 0;
  /** Of this window: least and most time a packet came before its turn, packets late, ticks left. */
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #lates = 0;
  #left = WINDOW;
  #delay = FIRST;

  /** How long the quickest packets waited for their turn of late, ms. */
  get delay(): number {
    return this.#delay / ms(1);
  }

  /** Lays `payload` down, decoded by `table`. */
  put(timestamp: number, payload: Uint8Array, table: Int16Array): Placed {
    if (!this.#begun) this.#begin(timestamp);
    let ahead = clockAhead(timestamp, this.#place);
    let placed: Placed = 'kept';
    if (ahead > FAR_OFF || ahead + payload.length <= 0) {
      this.#misfits += 1;
      if (ahead > -FAR_OFF && ahead < 0) this.#lates += 1;
      if (this.#misfits < MISFITS) return 'late';
      this.#begin(timestamp);
      ahead = FIRST;
      placed = 'resync';
    }
    this.#misfits = 0;
    this.#least = Math.min(this.#least, ahead);
    this.#most = Math.max(this.#most, ahead);
    for (let n = Math.max(0, -ahead); n < payload.length; n++) {
      const at = (timestamp + n) & MASK;
      this.#samples[at] = table[payload[n] as number] as number;
      this.#filled[at] = 1;
    }
    return placed;
  }

  /** The next 20 ms in `out`. Returns how many of its samples had come; those that had not are left as they were. */
  take(out: Int16Array): number {
    if (!this.#begun) return 0;
    this.#adapt();
    let found = 0;
    for (let n = 0; n < NARROW_FRAME; n++) {
      const at = (this.#place + n) & MASK;
      if (!this.#filled[at]) continue;
      out[n] = this.#samples[at] as number;
      found += 1;
    }
    this.#forget(NARROW_FRAME);
    return found;
  }

  /** Time that was passed over: its sound is lost. */
  skip(ticks: number): void {
    for (let n = 0; n < Math.min(ticks, SIZE / NARROW_FRAME); n++) this.#forget(NARROW_FRAME);
  }

  /** Makes silence of all that is held and keeps its place: what comes next is heard in its turn. */
  silence(): void {
    this.#samples.fill(0);
  }

  /** Forgets all, and begins anew with the next packet. */
  reset(): void {
    this.#begun = false;
    this.#misfits = 0;
    this.#filled.fill(0);
  }

  #begin(timestamp: number): void {
    this.reset();
    this.#begun = true;
    this.#place = (timestamp - FIRST) >>> 0;
    this.#look();
  }

  /** Leaves the next samples behind. */
  #forget(samples: number): void {
    for (let n = 0; n < samples; n++) this.#filled[(this.#place + n) & MASK] = 0;
    this.#place = (this.#place + samples) >>> 0;
  }

  /**
   * Two packets late, and the delay grows by 20 ms at once; a window in which every packet came well before its turn,
   * and it shrinks by as much. Either follows a far end whose clock is not ours.
   */
  #adapt(): void {
    this.#left -= 1;
    if (this.#lates > 1) {
      if (this.#most < MOST) this.#place = (this.#place - NARROW_FRAME) >>> 0;
      this.#look();
    } else if (this.#left <= 0) {
      if (this.#most > 0) this.#delay = this.#most;
      if (this.#lates === 0 && this.#least < Number.POSITIVE_INFINITY && this.#least > LEAST + NARROW_FRAME) {
        this.#forget(NARROW_FRAME);
      }
      this.#look();
    }
  }

  /** A new window. */
  #look(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#most = Number.NEGATIVE_INFINITY;
    this.#lates = 0;
    this.#left = WINDOW;
  }
}
