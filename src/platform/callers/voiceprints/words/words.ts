import type { VoiceFeatures } from '../../../../protocol/voice.ts';
import { digitsIn, type Said } from './digits.ts';
import { cheapest, type Piece } from './path.ts';
import { type Spoken, spokenOf, spreads, unlikeness } from './spoken.ts';

/** An answer, and the digits that he was asked to say. */
export interface Answered extends Pick<VoiceFeatures, 'frames' | 'snr'> {
  readonly said?: string | undefined;
}

/** How a person says digits, of his enrolment. */
export interface Speller {
  readonly frames: Spoken;
  readonly spread: Float64Array;
  /** Columns of all that he said. */
  readonly digits: readonly Said[];
}

/** What it costs to go from one digit to another, in usual distances. */
const JUMP = 1;
/** All ten. */
const DIGITS = 10;
/** In less speech over noise nothing is said of words, dB; from `quiet` on they are as plain as they get. */
const HEARD = { least: 8, noisy: 20, quiet: 30 };
/** The right digits are dearer than any others by so much at most, as a part: in quiet, and in noise. */
const DEARER = { quiet: 0.05, noisy: 0.08 };

/** Of an enrolment in which all ten digits are said; null where they are not, or cannot be found. */
export function spellerOf(answers: readonly Answered[]): Speller | null {
  const frames: Float64Array[] = [];
  const digits: Said[] = [];
  for (const { frames: packed, said, snr } of answers) {
    if (!packed || !said || snr < HEARD.least) continue;
    const spoken = spokenOf(packed);
    const shift = frames.length;
    for (const { digit, from, to } of digitsIn(spoken, said))
      digits.push({ digit, from: from + shift, to: to + shift });
    frames.push(...spoken);
  }
  if (new Set(digits.map(({ digit }) => digit)).size < DIGITS) return null;
  return { frames, spread: spreads(frames), digits };
}

/**
 * Whether an answer says what was asked: by how much the way along it by the asked digits is dearer than by any. `unknown` where the prompt is not
 * known, or the noise is such that nothing can be said.
 */
export function wordsOf(speller: Speller | null, answer: Answered): 'right' | 'wrong' | 'unknown' {
  const { snr } = answer;
  const dearer = speller && snr >= HEARD.least ? dearness(speller, answer) : null;
  if (dearer === null) return 'unknown';
  const noise = Math.min(1, Math.max(0, (HEARD.quiet - snr) / (HEARD.quiet - HEARD.noisy)));
  return dearer <= DEARER.quiet + noise * (DEARER.noisy - DEARER.quiet) ? 'right' : 'wrong';
}

/** As a part: 0 where no digits fit better than those that were asked. Infinity where it is too short for them. Null where they are not known. */
function dearness({ frames, spread, digits }: Speller, { frames: packed, said }: Answered): number | null {
  if (!packed || !said) return null;
  const answer = unlikeness(spokenOf(packed), frames, spread);
  const asked = cheapest(answer, inOrder(digits, said));
  return asked === Infinity ? Infinity : asked / cheapest(answer, inAnyOrder(digits)) - 1;
}

/** One place after another, and at each all ways in which its digit was said. */
function inOrder(digits: readonly Said[], said: string): Piece[] {
  const places = [...said].map((wanted) => digits.filter(({ digit }) => digit === wanted));
  let first = 0;
  let before: Piece['after'] = [{ piece: -1, cost: 0 }];
  return places.flatMap((ways, place) => {
    const after = before;
    before = ways.map((_, n) => ({ piece: first + n, cost: JUMP }));
    first += ways.length;
    return ways.map(({ from, to }) => ({ from, to, after, last: place === places.length - 1 }));
  });
}

function inAnyOrder(digits: readonly Said[]): Piece[] {
  const after = [{ piece: -1, cost: 0 }, ...digits.map((_, piece) => ({ piece, cost: JUMP }))];
  return digits.map(({ from, to }) => ({ from, to, after, last: true }));
}
