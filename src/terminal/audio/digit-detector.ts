import { COLUMNS, KEYS, ROWS } from './dtmf.ts';
import { NARROW_RATE } from './frame.ts';

/** Samples looked at together (20 ms), and from one look to the next (10 ms). */
const WINDOW = 160;
const HOP = 80;

/**
 * Looks, one after another, that must show a key: three reach over 40 ms and need 75% of the first and last
 * window, which 40 ms of tone always has and 23 ms never (ITU-T Q.24, table A-1: at least 40 accepted, under 23 not).
 */
const HITS = 3;
/** Looks without the key that end its press: 10 ms of interruption give two at most, a pause of 40 ms at least four. */
const MISSES = 3;

/** Part of all power that the two frequencies must have. Voices have theirs in many. */
const PURITY = 0.68;

/** Each frequency at least this loud: -32 dBm0, where Q.24 asks for -25; as the power of a sine in 16-bit scale. */
const LEAST = (32_768 * 10 ** ((-32 - 3.17) / 20)) ** 2 / 2;

/** How far the column may be above the row, and the row above the column: 4 and 8 dB by Q.24, and 2 for lines that bend. */
const TWIST = { column: 10 ** 0.6, row: 10 ** 1.0 } as const;

/** Frequencies are looked for this far off their nominal ones. Up to 1.5% is accepted and from 3.5% refused (Q.24). */
const OFFSETS = [-0.016, -0.008, 0.008, 0.016] as const;

/** 2 cos w of Goertzel's recurrence. */
const coefficient = (hz: number): number => 2 * Math.cos((2 * Math.PI * hz) / NARROW_RATE);

const probes = (frequencies: readonly number[]) =>
  frequencies.map((hz) => ({
    nominal: coefficient(hz),
    around: OFFSETS.map((offset) => coefficient(hz * (1 + offset))),
  }));
const ROW_PROBES = probes(ROWS);
const COLUMN_PROBES = probes(COLUMNS);

type Probe = (typeof ROW_PROBES)[number];

/** Finds keys pressed at the far end in its sound (DTMF, ITU-T Q.23 and Q.24). */
export class DigitDetector {
  readonly #window = new Float32Array(WINDOW);
  #pending = 0;
  /** What the looks showed last, and how often in a row. */
  #shown: string | null = null;
  #hits = 0;
  /** The key held, and looks in a row that did not show it. */
  #held: string | null = null;
  #misses = 0;

  /** Takes 8 kHz sound, a multiple of 10 ms; returns the key whose press began to be sure in it, 0-9 * # A-D, or null. */
  detect(samples: Int16Array): string | null {
    let pressed: string | null = null;
    for (const sample of samples) {
      this.#window[WINDOW - HOP + this.#pending] = sample;
      this.#pending += 1;
      if (this.#pending < HOP) continue;
      pressed = this.#look() ?? pressed;
      this.#window.copyWithin(0, HOP);
      this.#pending = 0;
    }
    return pressed;
  }

  #look(): string | null {
    const key = shows(this.#window);
    this.#hits = key !== null && key === this.#shown ? this.#hits + 1 : 1;
    this.#shown = key;
    if (this.#held !== null) {
      this.#misses = key === this.#held ? 0 : this.#misses + 1;
      if (this.#misses >= MISSES) this.#held = null;
    }
    if (key === null || this.#hits < HITS || key === this.#held) return null;
    this.#held = key;
    this.#misses = 0;
    return key;
  }
}

/** The key whose two frequencies make up the window, or null. */
function shows(window: Float32Array): string | null {
  let power = 0;
  for (const sample of window) power += sample * sample;
  power /= WINDOW;
  if (power < 2 * LEAST) return null;
  const row = loudest(window, ROW_PROBES);
  const column = loudest(window, COLUMN_PROBES);
  if (row.power < LEAST || column.power < LEAST) return null;
  if (column.power > row.power * TWIST.column || row.power > column.power * TWIST.row) return null;
  if (row.power + column.power < PURITY * power) return null;
  return KEYS[row.index]?.[column.index] ?? null;
}

function loudest(window: Float32Array, group: readonly Probe[]): { index: number; power: number } {
  let index = 0;
  let power = 0;
  group.forEach((probe, n) => {
    const found = goertzel(window, probe.nominal);
    if (found <= power) return;
    power = found;
    index = n;
  });
  for (const around of group[index]?.around ?? []) power = Math.max(power, goertzel(window, around));
  return { index, power };
}

/** Power of one frequency in the window, as a sine of that power would have. */
function goertzel(window: Float32Array, coefficient: number): number {
  let s1 = 0;
  let s2 = 0;
  for (let n = 0; n < WINDOW; n++) {
    const s0 = (window[n] as number) + coefficient * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  return (2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2)) / (WINDOW * WINDOW);
}
