import { COLUMNS, keyPosition, ROWS } from '../../../src/terminal/audio/dtmf.ts';
import { amplitude, clamp16, joined } from '../../../src/terminal/audio/frame.ts';

export interface Press {
  key: string;
  /** ms. */
  on: number;
  off: number;
  /** dBm0 of row and column. */
  row?: number;
  column?: number;
  /** The frequencies are off by this part: one number for both, or one for each. */
  offset?: number | { row: number; column: number };
  /** Where in their turn the two sines begin, radians. */
  phase?: { row: number; column: number };
}

/** Presses as sound at `rate`, after `lead` ms of silence. Edges are hard, which no receiver likes. */
export function dtmf(presses: readonly Press[], rate: number, lead = 0): Int16Array {
  const parts = presses.map(({ key, on, off, row = -10, column = -10, offset = 0, phase }) => {
    const at = keyPosition(key);
    const wrong = typeof offset === 'number' ? { row: offset, column: offset } : offset;
    const sine = (hz: number, level: number, start: number, n: number) =>
      32_768 * amplitude(level) * Math.sin(start + (2 * Math.PI * hz * n) / rate);
    const samples = new Int16Array(Math.round(((on + off) * rate) / 1_000));
    for (let n = 0; n < (on * rate) / 1_000; n++) {
      samples[n] = clamp16(
        sine((ROWS[at.row] as number) * (1 + wrong.row), row, phase?.row ?? 0, n) +
          sine((COLUMNS[at.column] as number) * (1 + wrong.column), column, phase?.column ?? 0, n),
      );
    }
    return samples;
  });
  return joined([new Int16Array((lead * rate) / 1_000), ...parts]);
}
