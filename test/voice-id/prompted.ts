import { Digits } from '../../src/protocol/voice-check.ts';
import { joined } from '../../src/terminal/audio/frame.ts';

import type { Random } from '../terminal/call/random.ts';
import type { Speaker } from './data.ts';
import { shuffled } from './plan.ts';

/** A person who says ten words, each often enough, in the place of the ten digits. */
export interface Reader {
  readonly speaker: string;
  /** Three prompts in which all ten are said, as a caller enrols. */
  readonly enrolment: readonly { readonly digits: Digits; readonly sound: Int16Array }[];
  /** Says digits in words that were not enrolled; null where there are none left of one. */
  readonly say: (digits: string) => Int16Array | null;
  /** Five words that are no digits; null where he has none. */
  readonly other: Int16Array | null;
}

const TEN = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
/** Of one word: two enrol at most, and one is said when verifying. */
const TIMES = 3;

/** All people who have ten words three times: the ten digits where they can be had, else any that chance picks. */
export function readersOf(speakers: readonly Speaker[], random: Random): Reader[] {
  return speakers.flatMap((speaker) => {
    const reader = readerOf(speaker, random);
    return reader ? [reader] : [];
  });
}

function readerOf({ name, words, labels }: Speaker, random: Random): Reader | null {
  const sounds = new Map<string, Int16Array[]>();
  words.forEach((sound, n) => {
    const label = labels[n] ?? '';
    sounds.set(label, [...(sounds.get(label) ?? []), sound]);
  });
  const often = [...sounds.keys()].filter((label) => (sounds.get(label) ?? []).length >= TIMES);
  const ten = TEN.every((label) => often.includes(label)) ? TEN : shuffled(often, random).slice(0, TEN.length);
  if (ten.length < TEN.length) return null;
  const left = ten.map((label) => shuffled(sounds.get(label) ?? [], random));
  const all = shuffled([...'0123456789'], random);
  const prompts = [...all, ...shuffled(all, random).slice(0, 5)];
  const enrolment = [0, 5, 10].map((at) => {
    const digits = Digits.parse(prompts.slice(at, at + 5).join(''));
    return { digits, sound: joined([...digits].map((digit) => left[Number(digit)]?.shift() as Int16Array)) };
  });
  const others = words.filter((_, n) => !ten.includes(labels[n] ?? ''));
  return {
    speaker: name,
    enrolment,
    say: (digits) => {
      const said = [...digits].map((digit) => shuffled(left[Number(digit)] ?? [], random)[0]);
      return said.every((sound) => sound !== undefined) ? joined(said) : null;
    },
    other: others.length < 5 ? null : joined(shuffled(others, random).slice(0, 5)),
  };
}
