import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../terminal/call/random.ts';
import { CASES } from './cases.ts';
import { ours } from './ours.ts';
import { hasSpandsp, openSpandsp, type Spandsp } from './spandsp.ts';
import { voices } from './speech.ts';
import { sweep } from './sweep.ts';
import { talk, WAYS } from './talk.ts';

const TRIALS = 160;
const SEED = 1;

/** Each case is swept once, by both where there are both. */
const programs = hasSpandsp();
let spandsp: Spandsp | null = null;
beforeAll(() => {
  if (programs) spandsp = openSpandsp();
});
afterAll(() => spandsp?.close());

test.each(CASES)('$name', async (one) => {
  const detectors = spandsp ? [ours, spandsp.detect] : [ours];
  const [mine, theirs] = (await sweep(one, detectors, TRIALS, SEED)).scores;
  if (one.limit) expect(mine).toEqual({ right: TRIALS, of: TRIALS });
  expect(mine?.right).toBeGreaterThanOrEqual(theirs?.right ?? 0);
});

test.skipIf(!programs)('spandsp is there to be compared with, and finds keys (gcc, libspandsp-dev)', async () => {
  const one = CASES.find(({ name }) => name === '40 ms');
  const { scores } = await sweep(one as (typeof CASES)[number], [(spandsp as Spandsp).detect], TRIALS, SEED);
  expect(scores).toEqual([{ right: TRIALS, of: TRIALS }]);
});

const spoken = voices();

describe.skipIf(spoken.length === 0)('speech is no press (asterisk-core-sounds-*-wav)', () => {
  test('there is half an hour of it', () => {
    expect(spoken.reduce((sum, { samples }) => sum + samples.length, 0) / 480_000).toBeGreaterThan(30);
  });

  test.each(WAYS)(
    '$name',
    async (way) => {
      for (const voice of spoken) {
        const { name, found } = await talk(voice, way, [ours], new Random(SEED));
        expect(found[0], name).toEqual([]);
      }
    },
    240_000,
  );
});
