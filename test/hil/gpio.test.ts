import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from './phone.ts';
import { gpioArgs, runTrial } from './trial.ts';

/** The long form, a thousand presses and five hundred flicks by either driver, is `npm run hil:trial -- gpio`. */
const PRESSES = 100;
const FLICKS = 40;

describe('keypad and hook on lines of a real kernel', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  }, 300_000);
  afterAll(() => bench?.close());

  it.each(['onoff', 'gpiod'])(
    'lose nothing, double nothing and are right in time, by %s',
    { timeout: 900_000 },
    async (driver) => {
      const { ok, findings } = await runTrial(bench, 'gpio', gpioArgs(PRESSES, FLICKS, [driver]));
      console.log(
        Object.entries(findings)
          .map(([name, { figures }]) => `${name}: ${JSON.stringify(figures)}`)
          .join('\n'),
      );
      expect(Object.entries(findings).filter(([, { wrong }]) => wrong.length > 0)).toEqual([]);
      expect(ok).toBe(true);
    },
  );
});
