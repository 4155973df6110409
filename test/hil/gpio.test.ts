import { expect, it } from 'vitest';
import { openBench } from './phone.ts';
import { gpioArgs, runTrial } from './trial.ts';

/** The long form, a thousand presses and five hundred flicks by either driver, is `npm run hil:trial -- gpio`. */
const PRESSES = 100;
const FLICKS = 40;

it('keypad and hook on lines of a real kernel lose nothing, double nothing and are right in time, by either driver', {
  timeout: 900_000,
}, async () => {
  const bench = await openBench();
  try {
    const { ok, findings } = await runTrial(bench, 'gpio', gpioArgs(PRESSES, FLICKS, ['onoff', 'gpiod']));
    console.log(
      Object.entries(findings)
        .map(([name, { figures }]) => `${name}: ${JSON.stringify(figures)}`)
        .join('\n'),
    );
    expect(Object.entries(findings).filter(([, { wrong }]) => wrong.length > 0)).toEqual([]);
    expect(ok).toBe(true);
  } finally {
    await bench.close();
  }
});
