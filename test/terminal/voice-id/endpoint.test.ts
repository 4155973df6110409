import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPEAKERS } from '../../../sim/world/port.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { clamp16, FRAME, joined, RATE } from '../../../src/terminal/audio/frame.ts';
import { parseWav } from '../../../src/terminal/audio/wav.ts';
import { endpoint } from '../../../src/terminal/voice-id/endpoint.ts';
import { loudness } from '../../../src/terminal/voice-id/loudness.ts';

const LONGEST = 8_000;
const seconds = (of: number) => new Int16Array(Math.round(RATE * of));

const digit = (speaker: string, word: number): Int16Array =>
  parseWav(readFileSync(join(packageRoot(), 'sim/site/voices', speaker, `n${word}.wav`)));

/** Chance of its own: the same each time. */
const hiss = (n: number) => ((Math.imul(n + 1, 0x9e3779b1) >>> 8) % 20_001) / 10_000 - 1;
const hum = (n: number) => [1, 2, 3, 5, 7].reduce((sum, k) => sum + Math.sin((2 * Math.PI * 60 * k * n) / RATE) / k, 0);
const ROOMS = { none: () => 0, hiss, hum } as const;

interface Heard {
  readonly end: 'silent' | 'over';
  /** When it was found to be over, s. */
  readonly at: number;
}

/** Goes through `sound` and the silence after it until the answer is over. */
function heard(sound: Int16Array, room: keyof typeof ROOMS = 'none', loud = 0): Heard {
  const noisy = joined([sound, seconds(10)]).map((sample, n) => clamp16(sample + loud * ROOMS[room](n)));
  const levels: number[] = [];
  for (let at = 0; at + FRAME <= noisy.length; at += FRAME) {
    levels.push(loudness(noisy.subarray(at, at + FRAME)));
    const spoken = endpoint(levels, LONGEST);
    const time = (at + FRAME) / RATE;
    if (spoken === 'silent') return { end: 'silent', at: time };
    if (spoken?.over) return { end: 'over', at: time };
  }
  throw new Error('never over');
}

const answer = fc.record({
  speaker: fc.constantFrom(...SPEAKERS),
  words: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 }),
  /** s, before each word. */
  pauses: fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { minLength: 5, maxLength: 5 }),
  start: fc.double({ min: 0, max: 2, noNaN: true }),
  /** dB. */
  gain: fc.integer({ min: -16, max: 6 }),
  room: fc.constantFrom('none' as const, 'hiss' as const, 'hum' as const),
  /** Speech over it, dB. */
  over: fc.integer({ min: 15, max: 40 }),
});

test('of 150 answers in quiet and noise 98% are over when all five digits are said, and none is later than 1.2 s after', () => {
  const cut = fc
    .sample(answer, { numRuns: 150, seed: 1 })
    .filter(({ speaker, words, pauses, start, gain, room, over }) => {
      const parts = words.flatMap((word, n) => [seconds(pauses[n] ?? 0), digit(speaker, word)]);
      const speech = joined([seconds(start), ...parts]).map((sample) => clamp16(sample * 10 ** (gain / 20)));
      const { end, at } = heard(speech, room, 32_768 * 10 ** ((-23 + gain - over) / 20));
      expect(end).toBe('over');
      // A recording has 0.16 s of silence at its end.
      const said = speech.length / RATE - 0.16;
      expect(at).toBeLessThan(Math.min(8, said + 1.2) + 0.021);
      return at < said;
    });
  expect(cut.length).toBeLessThanOrEqual(3);
});

test('who says all in one is waited for no longer than 0.7 s, who pauses for longer than he did', () => {
  const said = (pause: number) =>
    joined([4, 7, 2, 9, 1].flatMap((word) => [seconds(pause), digit('daniel', word).slice(0, -0.16 * RATE)]));
  const late = (pause: number) => heard(said(pause)).at - said(pause).length / RATE;
  expect(late(0.03)).toBeLessThan(0.76);
  expect(late(0.6)).toBeGreaterThan(0.76);
  expect(late(0.6)).toBeLessThan(1.25);
});

test.each<[string, Int16Array, keyof typeof ROOMS, number]>([
  ['silence', seconds(0), 'none', 0],
  ['a hiss', seconds(0), 'hiss', 300],
  ['a loud hiss', seconds(0), 'hiss', 6_000],
  ['a hum', seconds(0), 'hum', 8_000],
  ['knocks at the handset', joined([1, 2, 3].flatMap(() => [seconds(1), seconds(0.03).fill(20_000)])), 'none', 0],
])('%s is no answer, and five seconds of it are the end', (_, sound, room, loud) => {
  expect(heard(sound, room, loud)).toEqual({ end: 'silent', at: 5 });
});

test('who goes on talking is heard for eight seconds', () => {
  const on = joined(Array.from({ length: 30 }, (_, n) => digit('james', n % 10)));
  expect(heard(on)).toEqual({ end: 'over', at: 8 });
});

test('one word that nothing follows is an answer too', () => {
  const { end, at } = heard(joined([seconds(1), digit('maria', 7)]));
  expect(end).toBe('over');
  expect(at).toBeLessThan(3.2);
});
