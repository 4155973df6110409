import { afterAll, expect, test } from 'vitest';
import { SPEAKERS, type Speaker } from '../../../sim/world/port.ts';
import { speakDigits } from '../../../sim/world/speaker.ts';
import { Judge } from '../../../src/platform/callers/voiceprints/judge.ts';
import { shippedBackends, shippedCalibration } from '../../../src/platform/callers/voiceprints/shipped.ts';
import { ENROLLED, templateOf, unfitOf } from '../../../src/platform/callers/voiceprints/template.ts';
import type { VoiceFeatures } from '../../../src/protocol/voice.ts';
import { joined } from '../../../src/terminal/audio/frame.ts';
import { voiceId } from '../../../src/terminal/voice-id/engine.ts';
import { Random } from '../../terminal/call/random.ts';
import { PROGRAM } from '../../terminal/voice-id/people.ts';

const engine = voiceId({ program: PROGRAM });
afterAll(() => engine.close());

// A rate of false accepts is one of chance: the same answers each time, or one run in so many fails for nothing.
const random = new Random(1);
const chance = () => random.below(2 ** 24) / 2 ** 24;

const room = (length: number) => Int16Array.from({ length }, () => Math.round(60 * (chance() - 0.5)));

/** What is heard of an answer of five digits, none twice. */
async function answerOf(speaker: Speaker): Promise<VoiceFeatures> {
  const digits = [...'0123456789'].sort(() => chance() - 0.5).slice(0, 5);
  const analysis = await engine.analyse(
    joined([room(4_800), speakDigits(speaker, digits.join(''), chance), room(4_800)]),
  );
  if (!analysis.judged) throw new Error(analysis.detail);
  return analysis.features;
}

test('no two answers of one speaker are alike', () => {
  expect(speakDigits('daniel', '47291')).not.toEqual(speakDigits('daniel', '47291'));
});

test.each(SPEAKERS)('%s is known again by our models, and nobody else is taken for him', async (speaker) => {
  const judge = new Judge(shippedBackends(), shippedCalibration());
  const enrolment = await Promise.all(Array.from({ length: ENROLLED }, () => answerOf(speaker)));
  expect(unfitOf(enrolment)).toEqual([]);
  expect(judge.odd(enrolment)).toEqual([]);
  const enrolled = judge.enrolled(templateOf(enrolment));
  for (const other of SPEAKERS) {
    const { verdict } = judge.verdict(enrolled, [await answerOf(other), await answerOf(other)], 0.01);
    if (other === speaker) expect(verdict, other).toBe('accepted');
    else expect(verdict, other).not.toBe('accepted');
  }
});
