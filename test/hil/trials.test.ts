import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Bench, openBench } from './phone.ts';
import { gpioArgs, runTrial } from './trial.ts';

/** The long form, a thousand presses and five hundred flicks by either driver, is `npm run hil:trial -- gpio`. */
const PRESSES = 100;
const FLICKS = 40;

// Their machines count instructions: that the other runs beside it changes nothing.
describe.concurrent('nothing is wrong with', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  }, 300_000);
  afterAll(() => bench?.close());

  it.for([
    ['keypad and hook, by either driver', 'gpio', gpioArgs(PRESSES, FLICKS, ['onoff', 'gpiod'])],
    ['a sound card that comes late, goes, and is taken by another', 'audio', []],
  ] as const)('%s', { timeout: 900_000 }, async ([_what, name, args], { expect }) => {
    const { ok, findings } = await runTrial(bench, name, args);
    const told = Object.entries(findings);
    console.log(told.map(([check, { figures }]) => `${name} ${check}: ${JSON.stringify(figures)}`).join('\n'));
    expect(told.filter(([, { wrong }]) => wrong.length > 0)).toEqual([]);
    expect(ok).toBe(true);
  });
});
