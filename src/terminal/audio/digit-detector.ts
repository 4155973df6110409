import { COLUMNS, KEYS, ROWS } from './dtmf.ts';
import { amplitude } from './frame.ts';
import { BLOCK, LOOKS, Probe } from './probe.ts';

/**
 * A press begins with three looks one after another. The one in the middle and one beside it must be all tone, the
 * other three quarters: a tone of 40 ms always has that, and one of 23 ms fills two looks to 83% at most
 * (ITU-T Q.24, table A-1: at least 40 accepted, up to 23 not). This is the part of all power that the two frequencies
 * must have; two hours of recorded speech come to 0.78.
 */
const CLEAR = 0.84;
const FAIR = 0.66;
/** More than all of the power is found where the looks do not fit each other, and that is no tone either. */
const MOST = 1.16;

/** A press goes on in looks that are three quarters tone, and ends at the fourth that is not: so at a pause of 30 ms. */
const GOES_ON = 0.76;
const MISSES = 4;

/** A look this far under the loudest of a press, 5 dB, is its echo and no more (Q.24: echoes are 10 dB down). */
const ECHO = 10 ** -0.5;
/** What is loudest is forgotten by this in each look, for presses that fade: 5 dB in 100 ms. */
const FADE = 0.9;

/** Each frequency at least this loud: -42 dBm0, where Q.24 asks for -25; as the power of a sine in 16-bit scale. */
const LEAST = (32_768 * amplitude(-42)) ** 2 / 2;

/** How far the column may be above the row, and the row above the column: 4 and 8 dB by Q.24, and more for lines that bend. */
const TWIST = { column: 10 ** 0.7, row: 10 ** 1.0 } as const;

/** A frequency may be off by this part: up to 1.5% is accepted and from 3.5% refused by Q.24, 1.8 and 3 by some. */
const OFF = 0.024;

const LAST = LOOKS - 1;
const MIDDLE = LAST - 1;

/** A key held down: its frequencies, how far they are off, Hz, and the power of its loudest look, fading. */
interface Held {
  key: string;
  row: Probe;
  column: Probe;
  rowOff: number;
  columnOff: number;
  power: number;
}

/** Finds keys pressed at the far end in its sound (DTMF, ITU-T Q.23 and Q.24). */
export class DigitDetector {
  readonly #rows = ROWS.map((hz) => new Probe(hz));
  readonly #columns = COLUMNS.map((hz) => new Probe(hz));
  readonly #block = new Float64Array(BLOCK);
  #pending = 0;
  #blockPower = 0;
  /** Mean power of each look, the oldest first. */
  readonly #power = new Float64Array(LOOKS);
  #held: Held | null = null;
  /** Looks in a row that did not show the key held. */
  #misses = 0;

  /** Takes 8 kHz sound, a multiple of 10 ms; returns the key whose press began to be sure in it, 0-9 * # A-D, or null. */
  detect(samples: Int16Array): string | null {
    let pressed: string | null = null;
    for (const sample of samples) {
      this.#block[this.#pending] = sample;
      this.#pending += 1;
      if (this.#pending < BLOCK) continue;
      this.#pending = 0;
      pressed = this.#look() ?? pressed;
    }
    return pressed;
  }

  #look(): string | null {
    for (const probe of this.#rows) probe.look(this.#block);
    for (const probe of this.#columns) probe.look(this.#block);
    let power = 0;
    for (const sample of this.#block) power += sample * sample;
    power /= 2 * BLOCK;
    this.#power.copyWithin(0, 1);
    this.#power[LAST] = power + this.#blockPower;
    this.#blockPower = power;

    if (this.#held) this.#hold(this.#held);
    const found = this.#find();
    if (!found || found.key === this.#held?.key) return null;
    this.#held = found;
    this.#misses = 0;
    return found.key;
  }

  /** Lets go of the key held when it has not been heard for some looks. */
  #hold(held: Held): void {
    const power = this.#power[LAST] as number;
    held.power = Math.max(power, held.power * FADE);
    const heard = power > held.power * ECHO && this.#purity(held, LAST) > GOES_ON;
    this.#misses = heard ? 0 : this.#misses + 1;
    if (this.#misses >= MISSES) this.#held = null;
  }

  /** The key that the looks show, pressed a while ago or now. */
  #find(): Held | null {
    if ((this.#power[MIDDLE] as number) < 2 * LEAST) return null;
    const r = loudest(this.#rows);
    const c = loudest(this.#columns);
    const row = this.#rows[r] as Probe;
    const column = this.#columns[c] as Probe;
    for (const look of [MIDDLE, LAST]) {
      if (Math.abs(row.off(look)) > OFF * (ROWS[r] as number)) return null;
      if (Math.abs(column.off(look)) > OFF * (COLUMNS[c] as number)) return null;
    }
    const key = KEYS[r]?.[c] as string;
    return this.#clear(key, row, column, LAST) ?? this.#clear(key, row, column, 0);
  }

  /** The key, if it is clear in the look in the middle and in `outer`, the first or the last, and fair in the third. */
  #clear(key: string, row: Probe, column: Probe, outer: number): Held | null {
    const pair = Math.max(MIDDLE, outer);
    const power = this.#power[MIDDLE] as number;
    const held = { key, row, column, rowOff: row.off(pair), columnOff: column.off(pair), power };
    const has = (look: number, least: number) => {
      const purity = this.#purity(held, look);
      return purity > least && purity < MOST;
    };
    const clear = has(MIDDLE, CLEAR) && has(outer, CLEAR) && has(LAST - outer, FAIR);
    return clear && this.#plausible(held) ? held : null;
  }

  /** Whether both frequencies are loud enough, and neither much louder than the other. */
  #plausible({ row, column, rowOff, columnOff }: Held): boolean {
    const low = row.power(MIDDLE, rowOff);
    const high = column.power(MIDDLE, columnOff);
    return low > LEAST && high > LEAST && high < low * TWIST.column && low < high * TWIST.row;
  }

  /** Part of a look's power that a key's two frequencies have. */
  #purity({ row, column, rowOff, columnOff }: Held, look: number): number {
    return (row.power(look, rowOff) + column.power(look, columnOff)) / (this.#power[look] as number);
  }
}

function loudest(probes: readonly Probe[]): number {
  let index = 0;
  let power = 0;
  probes.forEach((probe, n) => {
    const found = probe.power(MIDDLE);
    if (found <= power) return;
    power = found;
    index = n;
  });
  return index;
}
