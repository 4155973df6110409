import type { Frame } from '../world/port.ts';

const RATE = 16_000;
const FRAME = 320;
/** Key rows and columns, Hz (ITU-T Q.23). */
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1_209, 1_336, 1_477];
const KEYPAD = '123456789*0#';

/** Frames of a sum of sines, each at `level` dBFS of peak, for `ms`. */
export function tone(frequencies: readonly number[], level: number, ms: number): Frame[] {
  const peak = 32_767 * 10 ** (level / 20);
  return Array.from({ length: ms / 20 }, (_, n) =>
    Int16Array.from({ length: FRAME }, (_, i) => {
      const t = (n * FRAME + i) / RATE;
      return Math.round(peak * frequencies.reduce((sum, f) => sum + Math.sin(2 * Math.PI * f * t), 0));
    }),
  );
}

function silence(ms: number): Frame[] {
  return Array.from({ length: ms / 20 }, () => new Int16Array(FRAME));
}

/** A key as it sounds: 100 ms of its two tones between silences. Empty for what is no key. */
export function keyTone(digit: string): Frame[] {
  const at = KEYPAD.indexOf(digit);
  const row = ROWS[Math.floor(at / 3)];
  const column = COLUMNS[at % 3];
  if (row === undefined || column === undefined) return [];
  return [...silence(40), ...tone([row, column], -13, 100), ...silence(60)];
}
