import { amplitude, clamp16 } from './frame.ts';

/** Low group, Hz: one for each row of a keypad (ITU-T Q.23). */
export const ROWS = [697, 770, 852, 941] as const;

/** High group, Hz: one for each column (ITU-T Q.23). The fourth is on no phone we call. */
export const COLUMNS = [1_209, 1_336, 1_477, 1_633] as const;

/** The key at a row and column: `KEYS[row][column]`. */
export const KEYS = ['123A', '456B', '789C', '*0#D'] as const;

/** Each frequency's level, dBm0. The column is louder, as lines lose more of it (ETSI ES 201 235-2: by 2 dB). */
const LEVELS = { row: -11, column: -9 } as const;

/** Sound rises and falls over this, ms: shorter is heard as a click, longer eats into the 40 ms a receiver needs. */
const EDGE = 2;

/** Row and column of a key, 0-9 * # A-D. Throws an Error for any other. */
export function keyPosition(key: string): { row: number; column: number } {
  const row = key.length === 1 ? KEYS.findIndex((keys) => keys.includes(key)) : -1;
  const column = KEYS[row]?.indexOf(key);
  if (column === undefined) throw new Error(`no key ${JSON.stringify(key)} on a keypad: 0-9, *, # and A-D are`);
  return { row, column };
}

/**
 * A key's sound of `ms`, in 16-bit samples at `rate`, its edges raised cosines inside that time.
 * `levels` are of row and column, dBm0. Throws an Error for what is no key.
 */
export function keyTone(
  key: string,
  rate: number,
  ms: number,
  levels: { row: number; column: number } = LEVELS,
): Int16Array {
  const { row, column } = keyPosition(key);
  const sine = (hz: number, level: number, n: number) =>
    32_768 * amplitude(level) * Math.sin((2 * Math.PI * hz * n) / rate);
  const length = Math.round((ms * rate) / 1_000);
  const edge = (EDGE * rate) / 1_000;
  return Int16Array.from({ length }, (_, n) => {
    const inside = Math.min(1, (Math.min(n, length - 1 - n) + 0.5) / edge);
    const shape = 0.5 - 0.5 * Math.cos(Math.PI * inside);
    return clamp16(
      shape * (sine(ROWS[row] as number, levels.row, n) + sine(COLUMNS[column] as number, levels.column, n)),
    );
  });
}
