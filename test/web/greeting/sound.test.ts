import { expect, it } from 'vitest';
import { faultOf, GREETING_LEVEL, speechLevel } from '../../../src/protocol/greeting.ts';
import { fromBase64, greetingOf, toBase64 } from '../../../src/web/console/greeting/sound.ts';
import { likeness, samplesIn, spoken, talk } from '../../protocol/spoken.ts';

const made = (samples: Float64Array): Uint8Array => {
  const result = greetingOf(samples);
  if ('fault' in result) throw new Error(result.fault);
  return result.sound;
};
const loud = (samples: Float64Array, db: number) => samples.map((x) => x * 10 ** (db / 20));
const between = (before: number, samples: Float64Array, after: number) =>
  Float64Array.from([...new Float64Array(before), ...samples, ...new Float64Array(after)]);

it.each([-20, -6, 0])(
  'a name that is said at %d dB of that of our people comes out as loud as what phones say',
  (db) => {
    const name = talk(1.5);
    const sound = made(between(8_000, loud(name, db), 12_000));
    expect(sound.length / 8_000).toBeGreaterThan(1.3);
    expect(sound.length / 8_000).toBeLessThan(1.8);
    expect(Math.abs(speechLevel(samplesIn(sound)) - GREETING_LEVEL)).toBeLessThan(1);
    expect(likeness(name, between(4_000, samplesIn(sound), 4_000))).toBeGreaterThan(0.99);
    expect(faultOf(sound)).toBe(null);
  },
);

it.each([
  ['nothing', new Float64Array(0), 'short'],
  ['silence', new Float64Array(16_000), 'silent'],
  ['a microphone that nobody speaks into', loud(talk(1), -40), 'silent'],
  ['a click', between(8_000, Float64Array.of(0.9), 8_000), 'short'],
  ['what was recorded too loud', loud(talk(1), 40).map((x) => Math.max(-1, Math.min(1, x))), 'clipped'],
  ['a speech', talk(6), 'long'],
])('%s is no name', (_, samples, fault) => expect(greetingOf(samples)).toEqual({ fault }));

it('goes to the platform and back as it is', () => {
  const sound = spoken(4);
  expect(fromBase64(toBase64(sound))).toEqual(sound);
});
