import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Together } from '../../../src/platform/database/together.ts';

/** Doubles numbers; what is done together is noted, and takes until it is let go. */
function doubling(most: number, refuse: (works: readonly number[]) => Error | null = () => null) {
  const done: (readonly number[])[] = [];
  const together = new Together<number, number>(async (works) => {
    done.push(works);
    await turn();
    const error = refuse(works);
    if (error) throw error;
    return works.map((work) => 2 * work);
  }, most);
  return { done, together };
}

it('does one that comes alone at once, and what comes meanwhile together, each with its own result', async () => {
  const { done, together } = doubling(100);
  const first = together.do(1);
  await Promise.resolve();
  await Promise.resolve();
  const others = [2, 3, 4].map((n) => together.do(n));
  expect(await Promise.all([first, ...others])).toEqual([2, 4, 6, 8]);
  expect(done).toEqual([[1], [2, 3, 4]]);
  expect(await together.do(5)).toBe(10);
  expect(done).toHaveLength(3);
});

it('does no more together than it may', async () => {
  const { done, together } = doubling(4);
  await Promise.all(Array.from({ length: 10 }, (_, n) => together.do(n)));
  expect(done.map((works) => works.length)).toEqual([4, 4, 2]);
});

it('fails what is bad, and nothing that came with it', async () => {
  const { done, together } = doubling(100, (works) => (works.includes(13) ? new Error('unlucky') : null));
  const results = await Promise.allSettled(Array.from({ length: 32 }, (_, n) => together.do(n)));
  expect(results.flatMap((result, n) => (result.status === 'rejected' ? [[n, String(result.reason)]] : []))).toEqual([
    [13, 'Error: unlucky'],
  ]);
  // By halves: not each alone.
  expect(done).toHaveLength(11);
});

it('fails all where the database is gone: who waits for an answer has it tried again', async () => {
  const gone = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const { done, together } = doubling(100, () => gone);
  const results = await Promise.allSettled([1, 2, 3].map((n) => together.do(n)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(done).toHaveLength(1);
});
