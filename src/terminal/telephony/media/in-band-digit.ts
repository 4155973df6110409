import { amplitude, FRAME, RATE } from '../../audio/frame.ts';

/** Hz of rows and columns of the keypad (ITU-T Q.23), and which key has which. */
const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1_209, 1_336, 1_477] as const;
const KEYPAD = ['123', '456', '789', '*0#'] as const;

/** The column is 2 dB above the row: lines lose more of the high tones. */
const ROW_LEVEL = amplitude(-8) * 32_768;
const COLUMN_LEVEL = amplitude(-6) * 32_768;

/** A tone rises and falls over 2 ms. */
const EDGE = RATE * 0.002;

/** Where in a press a frame of its tones is. */
export interface ToneFrame {
  /** 0-9 * #. */
  digit: string;
  /** Frames of the press before this one. */
  age: number;
  last: boolean;
}

/** Fills `frame` (20 ms, 16 kHz) with the two tones of a key (DTMF), for a far end that takes no telephone-events. */
export function writeTones(frame: Int16Array, { digit, age, last }: ToneFrame): void {
  const row = KEYPAD.findIndex((keys) => keys.includes(digit));
  const column = KEYPAD[row]?.indexOf(digit) ?? 0;
  const low = (2 * Math.PI * (ROWS[row] ?? 0)) / RATE;
  const high = (2 * Math.PI * (COLUMNS[column] ?? 0)) / RATE;
  for (let n = 0; n < FRAME; n++) {
    const t = age * FRAME + n;
    const rise = age === 0 ? Math.min(1, n / EDGE) : 1;
    const fall = last ? Math.min(1, (FRAME - n) / EDGE) : 1;
    frame[n] = Math.round(rise * fall * (ROW_LEVEL * Math.sin(low * t) + COLUMN_LEVEL * Math.sin(high * t)));
  }
}
