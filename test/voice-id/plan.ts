import { joined } from '../../src/terminal/audio/frame.ts';

import { Random } from '../terminal/call/random.ts';
import type { Speaker } from './data.ts';

/** Words of one person for one trial: nothing that is verified was enrolled. */
export interface Round {
  readonly speaker: string;
  /** Three prompts. */
  readonly enrolment: readonly Int16Array[];
  /** Words for verifying, at least `least` of them, in an order of chance. */
  readonly words: readonly Int16Array[];
}

/** A prompt of the product has so many. */
const PROMPT = 5;
const PROMPTS = 3;

/**
 * `rounds` of each person who has words enough: `least` for verifying, and the rest in three prompts of two to five. Whoever has more says more
 * when he is verified.
 */
export function plan(speakers: readonly Speaker[], rounds: number, least: number, seed: number): Round[] {
  const random = new Random(seed);
  return speakers
    .filter(({ words }) => words.length >= least + 2 * PROMPTS)
    .flatMap(({ name, words }) =>
      Array.from({ length: rounds }, () => {
        const order = shuffled(words, random);
        const size = Math.min(PROMPT, Math.floor((order.length - least) / PROMPTS));
        const prompt = (n: number) => joined(order.slice(n * size, (n + 1) * size));
        return {
          speaker: name,
          enrolment: Array.from({ length: PROMPTS }, (_, n) => prompt(n)),
          words: order.slice(PROMPTS * size),
        };
      }),
    );
}

export function shuffled<T>(of: readonly T[], random: Random): T[] {
  const all = [...of];
  for (let n = all.length - 1; n > 0; n--) {
    const other = random.below(n + 1);
    [all[n], all[other]] = [all[other] as T, all[n] as T];
  }
  return all;
}
