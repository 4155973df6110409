import { expect, it } from 'vitest';
import { openBench } from './phone.ts';
import { gpioArgs, runTrial } from './trial.ts';

/** The long form, a thousand presses and five hundred flicks by either driver, is `npm run hil:trial -- gpio`. */
const PRESSES = 100;
const FLICKS = 40;

it.each([
  ['keypad and hook, by either driver', 'gpio', gpioArgs(PRESSES, FLICKS, ['onoff', 'gpiod'])],
  ['a sound card that comes late, goes, and is taken by another', 'audio', []],
] as const)('nothing is wrong with %s', { timeout: 900_000 }, async (_what, name, args) => {
  const bench = await openBench();
  try {
    const { ok, findings } = await runTrial(bench, name, args);
    const told = Object.entries(findings);
    console.log(told.map(([check, { figures }]) => `${check}: ${JSON.stringify(figures)}`).join('\n'));
    expect(told.filter(([, { wrong }]) => wrong.length > 0)).toEqual([]);
    expect(ok).toBe(true);
  } finally {
    await bench.close();
  }
});
