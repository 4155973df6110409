import type { Spoken } from './spoken.ts';

/** Frames of one digit in an answer; `to` is left out. */
export interface Said {
  readonly digit: string;
  readonly from: number;
  readonly to: number;
}

/** What it costs that a digit is twice as long as the others, or next to nothing, against borders that are softer by a neper. */
const LENGTH = 3;
/** No digit has fewer frames. */
const LEAST = 5;

/** Where in an answer each of its digits lies: borders where it is soft, in pieces about as long as each other. Empty where it is too short for that. */
export function digitsIn(answer: Spoken, said: string): Said[] {
  const count = said.length;
  const usual = answer.length / count;
  if (usual < LEAST) return [];
  const loudness = answer.map((frame) => frame[0] ?? 0);
  const border = (at: number) => (at === answer.length ? 0 : Math.min(loudness[at - 1] ?? 0, loudness[at] ?? 0));
  // Of the best way to end so many digits at a frame: its cost, and where the last of them began.
  let costs = new Float64Array(answer.length + 1).fill(Infinity);
  costs[0] = 0;
  const begins: Int32Array[] = [];
  for (let digit = 0; digit < count; digit++) {
    const next = new Float64Array(answer.length + 1).fill(Infinity);
    const begin = new Int32Array(answer.length + 1);
    for (let to = LEAST; to <= answer.length; to++) {
      for (let from = 0; from + LEAST <= to; from++) {
        const cost = (costs[from] as number) + LENGTH * ((to - from) / usual - 1) ** 2 + border(to);
        if (cost < (next[to] as number)) [next[to], begin[to]] = [cost, from];
      }
    }
    costs = next;
    begins.push(begin);
  }
  const digits: Said[] = [];
  for (let digit = count - 1, to = answer.length; digit >= 0; digit--) {
    const from = begins[digit]?.[to] ?? 0;
    digits.unshift({ digit: said[digit] ?? '', from, to });
    to = from;
  }
  return digits;
}
