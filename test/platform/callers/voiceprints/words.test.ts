import { expect, test } from 'vitest';
import { cheapest } from '../../../../src/platform/callers/voiceprints/words/path.ts';
import { spellerOf, wordsOf } from '../../../../src/platform/callers/voiceprints/words/words.ts';
import { framesOf } from '../../../../src/terminal/voice-id/frames.ts';
import { digits, PEOPLE, recorded, synthetic } from '../../../terminal/voice-id/people.ts';
import { type Channel, over } from '../../../voice-id/channel.ts';

const NAMES = {
  'en-us': ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  es: ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve'],
};
type Voice = keyof typeof NAMES;

const says = (voice: Voice, prompt: string, speed?: number) =>
  synthetic(voice, [...prompt].map((digit) => NAMES[voice][Number(digit)]).join(', '), speed);
const heard = (sound: Int16Array, said: string, snr = 40) => ({ frames: framesOf(sound), said, snr });
const PROMPTS = ['47291', '03856', '91640'];
/** Another prompt, said a little faster than he enrolled. */
const [ASKED, FASTER] = ['58302', 155];

const CHANNELS: readonly Channel[] = ['wide', 'g711'];
test.each((['en-us', 'es'] as const).flatMap((voice) => CHANNELS.map((channel) => [voice, channel] as const)))(
  'the asked digits are right, others, other words and too few are wrong: %s, %s',
  (voice, channel) => {
    const speller = spellerOf(PROMPTS.map((said) => heard(says(voice, said), said)));
    const answer = over(channel, says(voice, ASKED, FASTER));
    expect(wordsOf(speller, heard(answer, ASKED))).toBe('right');
    // What was asked before, the same digits in another order, and three of five.
    for (const said of ['47291', '20385', '91640']) expect(wordsOf(speller, heard(answer, said)), said).toBe('wrong');
    const few = over(channel, says(voice, ASKED.slice(0, 3), FASTER));
    expect(wordsOf(speller, heard(few, ASKED))).toBe('wrong');
    const others = over(channel, synthetic(voice, 'good morning, this is somebody who talks of the weather'));
    expect(wordsOf(speller, heard(others, ASKED))).toBe('wrong');
    expect(wordsOf(speller, heard(answer.subarray(0, 600), ASKED))).toBe('wrong');
  },
);

test.runIf(recorded)('of people, the digits that were recorded are told from others', () => {
  for (const person of PEOPLE) {
    const speller = spellerOf(PROMPTS.map((said) => heard(digits(person, said), said)));
    const answer = over('g711', digits(person, ASKED));
    expect(wordsOf(speller, heard(answer, ASKED)), person).toBe('right');
    for (const said of PROMPTS) expect(wordsOf(speller, heard(answer, said)), person).toBe('wrong');
  }
});

test('nothing is said of words in noise, without a prompt, or of an enrolment that has not all digits', () => {
  const answers = PROMPTS.map((said) => heard(says('en-us', said), said));
  const speller = spellerOf(answers);
  const wrong = says('en-us', '47291');
  expect(wordsOf(speller, heard(wrong, ASKED, 3))).toBe('unknown');
  expect(wordsOf(speller, { frames: framesOf(wrong), snr: 40 })).toBe('unknown');
  expect(wordsOf(speller, { said: ASKED, snr: 40 })).toBe('unknown');
  expect(spellerOf(answers.slice(0, 1))).toBeNull();
  expect(spellerOf(answers.map(({ frames, snr }) => ({ frames, snr })))).toBeNull();
  expect(wordsOf(null, heard(wrong, ASKED))).toBe('unknown');
});

test('long speech has fewer frames, never more than are carried', () => {
  const long = framesOf(new Int16Array(16_000 * 20).map((_, n) => 3_000 * Math.sin(n / 9)));
  expect(long.step).toBe(80);
  expect(long.values.length).toBeLessThanOrEqual(4_096);
  expect(framesOf(new Int16Array(100))).toEqual({ step: 20, values: '' });
});

test('the cheapest way stays, goes on or leaves one out, and takes pieces in their order', () => {
  // Two columns a piece; the answer is like column 0, 1, 2, 3 in turn.
  const values = Float64Array.from({ length: 16 }, (_, k) => (Math.floor(k / 4) === k % 4 ? 0 : 1));
  const answer = { rows: 4, columns: 4, values };
  const first = { from: 0, to: 2, after: [{ piece: -1, cost: 0 }], last: false };
  const second = { from: 2, to: 4, after: [{ piece: 0, cost: 0.25 }], last: true };
  expect(cheapest(answer, [first, second])).toBe(0.25);
  expect(
    cheapest(answer, [
      { ...first, from: 2, to: 4 },
      { ...second, from: 0, to: 2 },
    ]),
  ).toBeGreaterThan(1);
  expect(cheapest(answer, [first])).toBe(Infinity);
  expect(cheapest({ ...answer, rows: 1 }, [first, second])).toBe(Infinity);
});
