import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Backend, Comparison } from '../../../../src/platform/callers/voiceprints/backend.ts';
import { ratioOf, thresholdAt, together } from '../../../../src/platform/callers/voiceprints/calibration.ts';
import { Judge } from '../../../../src/platform/callers/voiceprints/judge.ts';
import { knownOf } from '../../../../src/platform/callers/voiceprints/known.ts';
import { shippedBackends, shippedCalibration } from '../../../../src/platform/callers/voiceprints/shipped.ts';
import { templateOf, unfitOf } from '../../../../src/platform/callers/voiceprints/template.ts';
import { packed } from '../../../../src/protocol/embedding.ts';
import type { VoiceFeatures } from '../../../../src/protocol/voice.ts';
import { Digits } from '../../../../src/protocol/voice-check.ts';
import { framesOf } from '../../../../src/terminal/voice-id/frames.ts';
import { Random } from '../../../terminal/call/random.ts';
import { synthetic } from '../../../terminal/voice-id/people.ts';
import { calibration, chanceBy, cohortBy, heard, MODEL, pldaOf, SIZE, voiceBy } from './made-up.ts';

const NAMES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const chance = chanceBy(new Random(5));
const someone = () => voiceBy(chance);
const says = (voice: Float64Array) => voice.map((value) => value + chance());

const cohort = cohortBy(chance);
const plda = pldaOf(cohort);
const cosine: Backend = { kind: 'cosine', model: MODEL, mean: Array(SIZE).fill(0), cohort };

describe.each([plda, cosine])('scores by $kind', (backend) => {
  const comparison = new Comparison(backend);

  test('one person scores above any other', () => {
    const people = Array.from({ length: 20 }, () => someone());
    const enrolled = people.map((voice) => comparison.side([says(voice), says(voice), says(voice)]));
    people.forEach((voice, n) => {
      const scores = enrolled.map((side) => comparison.score(side, comparison.side([says(voice)])));
      expect(scores.indexOf(Math.max(...scores))).toBe(n);
    });
  });

  test('do not depend on which of two answers was first', () => {
    const [a, b] = [comparison.side([someone()]), comparison.side([someone()])];
    expect(comparison.score(a, b)).toBeCloseTo(comparison.score(b, a), 9);
  });
});

test('a score does not depend on what stretches all voices, strangers included', () => {
  const [a, b] = [someone(), someone()];
  const stretched = (by: number): number => {
    const wider = (voice: readonly number[]) => voice.map((value) => by * value);
    const comparison = new Comparison({ ...cosine, mean: wider(cosine.mean), cohort: cohort.map(wider) });
    const side = (voice: Float64Array) => comparison.side([Float64Array.from(wider([...voice]))]);
    return comparison.score(side(a), side(b));
  };
  expect(stretched(7)).toBeCloseTo(stretched(1), 9);
});

const ratios = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { maxLength: 6 });

test('more that speaks for him never lowers the ratio, more against never raises it, in any order', () => {
  fc.assert(
    fc.property(ratios, fc.double({ min: 0, max: 30, noNaN: true }), (before, more) => {
      expect(together([...before, more])).toBeGreaterThanOrEqual(together(before));
      expect(together([...before, -more])).toBeLessThanOrEqual(together(before));
      expect(together(before.toReversed())).toBeCloseTo(together(before), 9);
    }),
  );
  expect(together([3])).toBe(3);
  expect(together([])).toBe(0);
});

test('the threshold rises as fewer strangers may be accepted, in the table and beyond it', () => {
  const rate = fc.double({ min: 1e-6, max: 0.49, noNaN: true });
  for (const { falseAccepts } of [calibration, shippedCalibration()])
    fc.assert(
      fc.property(rate, rate, (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(thresholdAt({ falseAccepts }, less)).toBeGreaterThanOrEqual(thresholdAt({ falseAccepts }, more));
      }),
    );
  expect(thresholdAt(calibration, 0.01)).toBeCloseTo(3);
  expect(thresholdAt(calibration, 0.001)).toBeCloseTo(3 + Math.LN10);
});

test('a greater score never makes a smaller ratio, whatever is known of the answer', () => {
  const shipped = shippedCalibration();
  const score = fc.double({ min: -10, max: 15, noNaN: true });
  const answer = fc.record({
    netSeconds: fc.double({ min: 0.8, max: 20, noNaN: true }),
    snr: fc.double({ min: 3, max: 60, noNaN: true }),
    band: fc.constantFrom<VoiceFeatures['band']>('wide', 'narrow'),
  });
  fc.assert(
    fc.property(
      fc.array(score, { minLength: 2, maxLength: 2 }),
      fc.nat(1),
      fc.double({ min: 0, max: 5, noNaN: true }),
      answer,
      answer,
      (scores, which, more, enrolment, said) => {
        const known = knownOf(Array(3).fill(heard(someone(), enrolment)), heard(someone(), said));
        const raised = scores.map((one, n) => (n === which ? one + more : one));
        expect(ratioOf(shipped, raised, known)).toBeGreaterThanOrEqual(ratioOf(shipped, scores, known));
      },
    ),
  );
});

describe('a verdict', () => {
  const judge = new Judge([plda], calibration);
  const he = someone();
  const enrolled = judge.enrolled(templateOf([heard(says(he)), heard(says(he)), heard(says(he))]));

  test('accepts the one who enrolled and refuses a stranger', () => {
    expect(judge.verdict(enrolled, [heard(says(he))], 0.01)).toMatchObject({ verdict: 'accepted', threshold: 3 });
    expect(judge.verdict(enrolled, [heard(someone())], 0.01)).toMatchObject({ verdict: 'refused' });
  });

  test('in between is unsure, and a better answer decides', () => {
    const half = says(he).map((value, k) => 0.7 * value + 0.5 * (someone()[k] ?? 0));
    const wide = new Judge([plda], {
      ...calibration,
      falseAccepts: [[0.01, judge.verdict(enrolled, [heard(half)], 0.01).ratio + 0.5]],
    });
    expect(wide.verdict(enrolled, [heard(half)], 0.01).verdict).toBe('unsure');
    expect(wide.verdict(enrolled, [heard(half), heard(says(he))], 0.01).verdict).toBe('accepted');
  });

  test('says why an answer was not judged, and does not count it', () => {
    const quiet = heard(says(he), { netSeconds: 0.2 });
    expect(judge.verdict(enrolled, [quiet], 0.01)).toMatchObject({
      verdict: 'unjudged',
      answers: [{ unfit: ['too-little-speech'] }],
    });
    expect(judge.verdict(enrolled, [quiet, heard(says(he))], 0.01).verdict).toBe('accepted');
  });

  test('his voice with wrong words is asked once more, and then refused; what he says wrong speaks for nobody', () => {
    const prompts = ['47291', '03856', '91640'];
    const said = (digits: string) => {
      const words = [...digits].map((digit) => NAMES[Number(digit)]).join(', ');
      return { ...heard(says(he)), frames: framesOf(synthetic('en-us', words)) };
    };
    const his = judge.enrolled(templateOf(prompts.map((digits) => ({ ...said(digits), said: Digits.parse(digits) }))));
    const asked = Digits.parse('58302');
    const right = { ...said(asked), said: asked };
    const wrong = { ...said('47291'), said: asked };
    expect(judge.verdict(his, [right], 0.01)).toMatchObject({ verdict: 'accepted', answers: [{ words: 'right' }] });
    expect(judge.verdict(his, [wrong], 0.01)).toMatchObject({ verdict: 'unsure', answers: [{ words: 'wrong' }] });
    expect(judge.verdict(his, [wrong, wrong], 0.01).verdict).toBe('refused');
    expect(judge.verdict(his, [wrong, right], 0.01).verdict).toBe('accepted');
    const stranger = { ...right, embeddings: heard(someone()).embeddings };
    expect(judge.verdict(his, [wrong, stranger], 0.01).verdict).toBe('refused');
  });

  test('what other models made is not compared', () => {
    const other = {
      ...heard(says(he)),
      embeddings: [{ model: 'other@0123456789ab', values: packed(new Float32Array(SIZE)) }],
    };
    expect(judge.verdict(enrolled, [other], 0.01)).toMatchObject({
      verdict: 'unjudged',
      answers: [{ unfit: ['other-models'] }],
    });
  });
});

describe('an enrolment', () => {
  test('is refused where an answer is not fit, with the reason', () => {
    const he = someone();
    const answers = [heard(he), heard(he, { snr: 5 }), heard(he, { clipped: 0.1, level: -70 })];
    expect(unfitOf(answers)).toEqual([
      { answer: 1, why: ['too-noisy'] },
      { answer: 2, why: ['too-soft', 'clipped'] },
    ]);
    expect(() => templateOf(answers)).toThrow('answer 2 is not fit: too-noisy');
    expect(() => templateOf([heard(he)])).toThrow('3 answers are wanted');
  });

  test('in which another speaks is told by its place', () => {
    const judge = new Judge([plda], calibration);
    const he = someone();
    const all = [heard(says(he)), heard(says(he)), heard(says(he))];
    expect(judge.odd(all)).toEqual([]);
    expect(judge.odd([...all.slice(1), heard(someone())])).toContain(2);
  });
});

test('the shipped backends and calibration belong together', () => {
  expect(() => new Judge(shippedBackends(), shippedCalibration())).not.toThrow();
  expect(() => new Judge([], shippedCalibration())).toThrow('no backend is for the model');
});
