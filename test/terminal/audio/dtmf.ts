/** Frequencies of the keys (ITU-T Q.23). */
const ROWS: Readonly<Record<string, number>> = {};
const COLUMNS: Readonly<Record<string, number>> = {};
for (const [r, keys] of ['123A', '456B', '789C', '*0#D'].entries()) {
  for (const [c, key] of [...keys].entries()) {
    Object.assign(ROWS, { [key]: [697, 770, 852, 941][r] });
    Object.assign(COLUMNS, { [key]: [1_209, 1_336, 1_477, 1_633][c] });
  }
}

export interface Press {
  key: string;
  /** ms. */
  on: number;
  off: number;
  /** dBm0 of row and column. */
  row?: number;
  column?: number;
  /** Both frequencies off by this part. */
  offset?: number;
}

/** Presses as sound at `rate`, after `lead` ms of silence. */
export function dtmf(presses: readonly Press[], rate: number, lead = 0): Int16Array {
  const parts = presses.map(({ key, on, off, row = -10, column = -10, offset = 0 }) => {
    const sine = (hz: number, level: number, n: number) =>
      32_768 * 10 ** ((level - 3.17) / 20) * Math.sin((2 * Math.PI * hz * (1 + offset) * n) / rate);
    const samples = new Int16Array(Math.round(((on + off) * rate) / 1_000));
    for (let n = 0; n < (on * rate) / 1_000; n++) {
      samples[n] = sine(ROWS[key] as number, row, n) + sine(COLUMNS[key] as number, column, n);
    }
    return samples;
  });
  return joined([new Int16Array((lead * rate) / 1_000), ...parts]);
}

export function joined(parts: readonly Int16Array[]): Int16Array {
  const out = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
