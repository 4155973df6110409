import { RATE } from '../audio/frame.ts';
import type { Span } from './span.ts';

/** Loudness is looked at every 10 ms. */
const HOP = RATE / 100;
/** A voice is heard on either side of where it is loud, for so many hops. */
const HANGOVER = 6;
/** Found speech vouches for what is loud so near to it, samples: between two sounds with pitch there are others. */
const NEAR = RATE / 2;
/** What is so even holds no speech, dB from its softer to its louder hops: hiss has 3. */
const EVEN = 4;

/**
 * Where there is voice: what is loud against the answer's own quiet, near to where speech was found, be it by a model or by its pitch. The speaker
 * models were trained on speech cut out in this way, and tell people apart far better by it than by the model's own borders.
 */
export function voiced(answer: Int16Array, found: readonly Span[]): Span[] {
  const loud = loudHops(answer);
  const spans: Span[] = [];
  for (let hop = 0; hop < loud.length; hop++) {
    const start = hop * HOP;
    const near = found.some((span) => start >= span.start - NEAR && start < span.end + NEAR);
    if (!near || !loud.slice(Math.max(0, hop - HANGOVER), hop + HANGOVER + 1).includes(true)) continue;
    const last = spans.at(-1);
    if (last?.end === start) spans[spans.length - 1] = { start: last.start, end: start + HOP };
    else spans.push({ start, end: start + HOP });
  }
  return spans;
}

/** Within 28 dB of the loudest, and a quarter of the way up to them from the softest. */
function loudHops(answer: Int16Array): boolean[] {
  const levels = Array.from({ length: Math.floor(answer.length / HOP) }, (_, hop) => {
    let sum = 0;
    for (let n = hop * HOP; n < (hop + 1) * HOP; n++) sum += (answer[n] as number) ** 2;
    return 10 * Math.log10(sum / HOP + 0.1);
  });
  const sorted = levels.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  const high = at(0.97);
  if (high - at(0.08) < EVEN) return levels.map(() => false);
  const limit = Math.max(high - 28, at(0.08) + 0.25 * (high - at(0.08)));
  return levels.map((level) => level > limit);
}
