/** One in this many samples is looked at first. */
const COARSE = 4;

/** Most coarse samples looked at: 60 ms of 16 kHz. */
const scratch = new Float32Array(240);

/** Where sound repeats itself, and how well: 1 is the same again. */
export interface Period {
  length: number;
  likeness: number;
}

const found: Period = { length: 0, likeness: 0 };

/** How alike `window` samples at `a` and at `b` are: their normalised correlation, -1 to 1; 0 for silence. */
function likeness(line: Float32Array, a: number, b: number, window: number): number {
  let cross = 0;
  let power = 1;
  let other = 1;
  for (let n = 0; n < window; n++) {
    const x = line[a + n] as number;
    const y = line[b + n] as number;
    cross += x * y;
    power += x * x;
    other += y * y;
  }
  return cross / Math.sqrt(power * other);
}

/**
 * The distance, `least` to `most` samples, over which the `window` samples of `line` from `at` on are most like those that
 * come as much before them, or (`ahead`) after. Looked for at a quarter of the rate, then near the best at the whole.
 * The result is used again.
 */
export function period(
  line: Float32Array,
  at: number,
  window: number,
  { least, most, ahead }: { least: number; most: number; ahead: boolean },
): Period {
  const size = Math.floor(window / COARSE);
  const reach = Math.floor(most / COARSE);
  const origin = ahead ? at : at - reach * COARSE;
  const place = ahead ? 0 : reach;
  const sign = ahead ? 1 : -1;
  for (let n = 0; n < size + reach; n++) {
    const from = origin + n * COARSE;
    let sum = 0;
    for (let k = 0; k < COARSE; k++) sum += line[from + k] as number;
    scratch[n] = sum;
  }
  let best = -2;
  let lag = Math.ceil(least / COARSE);
  for (let step = lag; step <= reach; step++) {
    const like = likeness(scratch, place, place + sign * step, size);
    if (like <= best) continue;
    best = like;
    lag = step;
  }
  found.length = least;
  found.likeness = -2;
  const from = Math.max(least, (lag - 1) * COARSE + 1);
  const to = Math.min(most, (lag + 1) * COARSE - 1);
  for (let length = from; length <= to; length++) {
    const like = likeness(line, at, at + sign * length, window);
    if (like <= found.likeness) continue;
    found.likeness = like;
    found.length = length;
  }
  return found;
}
