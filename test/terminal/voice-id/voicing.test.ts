import { expect, test } from 'vitest';
import { lengthOf } from '../../../src/terminal/voice-id/span.ts';
import { voicing } from '../../../src/terminal/voice-id/voicing.ts';
import { type Channel, over } from '../../voice-id/channel.ts';
import { Random } from '../call/random.ts';
import { digits, PEOPLE, recorded, synthetic } from './people.ts';

const CHANNELS: readonly Channel[] = ['wide', 'narrow', 'g711'];
const SECONDS = 3;
const made = (sample: (n: number) => number) => Int16Array.from({ length: 16_000 * SECONDS }, (_, n) => sample(n));
const sine = (hertz: number, n: number) => Math.sin((2 * Math.PI * hertz * n) / 16_000);
const random = new Random(4);
const hiss = () => random.below(8_000) - 4_000;
const rumble = () => {
  let level = 0;
  return () => {
    level = 0.995 * level + hiss();
    return level / 10;
  };
};

const share = (sound: Int16Array) => lengthOf(voicing(sound)) / sound.length;

test.each(CHANNELS)('a voice is heard by its pitch: %s', (channel) => {
  expect(share(over(channel, synthetic('en-us', 'four, seven, two, nine, one')))).toBeGreaterThan(0.1);
});

test.runIf(recorded).each(CHANNELS)('people are heard by their pitch: %s', (channel) => {
  for (const person of PEOPLE) expect(share(over(channel, digits(person, '01234'))), person).toBeGreaterThan(0.05);
});

test.each<[string, (n: number) => number]>([
  ['silence', () => 0],
  ['hiss', hiss],
  ['rumble', rumble()],
  ['a tone', (n) => 9_000 * sine(425, n)],
  ['the dial tone', (n) => 6_000 * (sine(350, n) + sine(440, n))],
  ['knocks', (n) => hiss() * Math.exp((n % 4_000) / -300)],
  ['the mains', (n) => [1, 3, 5, 7, 9].reduce((sum, k) => sum + (5_000 / k) * sine(60 * k, n), 0)],
])('%s has no voice', (_name, sample) => {
  for (const channel of CHANNELS) expect(share(over(channel, made(sample))), channel).toBeLessThan(0.01);
});
