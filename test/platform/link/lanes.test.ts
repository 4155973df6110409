import { expect, it } from 'vitest';
import { Lanes } from '../../../src/platform/link/lanes.ts';

/** A job that ends when it is told to. */
function job() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { run: () => done, finish };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('does the work of a lane in order, of no more lanes at a time than allowed, each in its turn', async () => {
  const lanes = new Lanes({ atOnce: 2, perLane: 10, inAll: 100 });
  const started: string[] = [];
  const jobs = new Map<string, ReturnType<typeof job>>();
  for (const name of ['a1', 'a2', 'b1', 'c1', 'c2']) {
    const one = job();
    jobs.set(name, one);
    const run = () => {
      started.push(name);
      return one.run();
    };
    expect(await lanes.put(name.slice(0, 1), run)).toBe(true);
  }
  expect(started).toEqual(['a1', 'b1']);
  jobs.get('a1')?.finish();
  await tick();
  expect(started).toEqual(['a1', 'b1', 'c1']);
  for (const { finish } of jobs.values()) finish();
  await lanes.idle();
  expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'c2']);
});

it('drops what a full lane is given, and makes others wait only when all is full', async () => {
  const lanes = new Lanes({ atOnce: 1, perLane: 2, inAll: 3 });
  const first = job();
  expect(await lanes.put('a', first.run)).toBe(true);
  expect(await lanes.put('a', first.run)).toBe(true);
  expect(await lanes.put('a', first.run)).toBe(false);
  expect(await lanes.put('b', first.run)).toBe(true);
  let taken = false;
  const waiting = lanes.put('c', first.run).then(() => {
    taken = true;
  });
  await tick();
  expect(taken).toBe(false);
  first.finish();
  await waiting;
  await lanes.idle();
  await lanes.idle();
});
