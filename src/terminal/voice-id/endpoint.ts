import { TICK_MS } from '../audio/frame.ts';
import { speechLevel } from './loudness.ts';

/** What is known of an answer so far; places are in frames. */
export interface Spoken {
  /** From its first speech to after its last. */
  readonly first: number;
  readonly end: number;
  /** Half of the silence that ends it is through. */
  readonly likely: boolean;
  /** It is over: he has said what he was asked, or nothing. */
  readonly over: boolean;
}

const frames = (ms: number) => ms / TICK_MS;

/** Of five frames so many are loud where somebody speaks: one alone is a click. */
const MOST = 3;
/** Shorter is a knock at the handset. */
const WORD = frames(80);
/** Less than this in all is no answer. */
const LEAST = frames(200);
/** Who has said nothing by then says nothing, ms. */
const PATIENCE = 5_000;
/** Where five digits are said in one, they are all said with so much speech. */
const ENOUGH = frames(1_200);
/** Where they are said one by one, with pauses of so long, ms, there are five. */
const APART = 200;
const DIGITS = 5;
/** Within a word there is less silence than this, as before its t or k. */
const CLOSED = frames(100);
/** Silence that ends an answer, ms: at least, and where there is not enough of it, or where he speaks slowly. */
const SHORT = 700;
const LONG = 1_200;
/** Against his own longest pause between two words. */
const LONGER = 1.2;

/** Whether an answer is over, by the loudness of all its frames, of which there are `longest` ms at most. Null: nothing was said yet, and may be. */
export function endpoint(levels: readonly number[], longest: number): Spoken | 'silent' | null {
  const heard = levels.length * TICK_MS;
  const words = wordsIn(levels);
  const spoken = words.reduce((sum, { start, end }) => sum + end - start, 0);
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last || spoken < LEAST) return heard >= Math.min(PATIENCE, longest) ? 'silent' : null;
  const silence = heard - last.end * TICK_MS;
  const pauses = words.slice(1).map(({ start }, n) => (start - (words[n]?.end ?? start)) * TICK_MS);
  const longestPause = Math.max(0, ...pauses);
  const mayBeAll = longestPause < APART ? spoken >= ENOUGH : words.length >= DIGITS;
  const wanted = mayBeAll ? Math.min(LONG, Math.max(SHORT, LONGER * longestPause)) : LONG;
  const over = silence >= wanted || heard >= longest;
  return { first: first.start, end: last.end, likely: silence >= wanted / 2, over };
}

function wordsIn(levels: readonly number[]): { start: number; end: number }[] {
  const limit = speechLevel(levels);
  if (limit === null) return [];
  const isLoud = levels.map((level) => level > limit);
  const words: { start: number; end: number }[] = [];
  isLoud.forEach((_, at) => {
    let around = 0;
    for (let near = at - 2; near <= at + 2; near++) if (isLoud[near]) around += 1;
    if (around < MOST) return;
    const last = words.at(-1);
    if (last && at - last.end < CLOSED) last.end = at + 1;
    else words.push({ start: at, end: at + 1 });
  });
  return words.filter(({ start, end }) => end - start >= WORD);
}
