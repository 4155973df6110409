import { expect, test } from 'vitest';
import { Ticker } from '../../../src/terminal/audio/ticker.ts';

test.each([false, true])(
  'ticks keep to their schedule over a stall: at most two are made up for, the rest are told as skipped (exact: %s)',
  async (exact) => {
    const ticks: { skipped: number; lateness: number; at: number }[] = [];
    const started = performance.now();
    await new Promise<void>((resolve) => {
      const ticker = new Ticker(
        (skipped, lateness) => {
          ticks.push({ skipped, lateness, at: performance.now() });
          const now = performance.now();
          if (ticks.length === 5) while (performance.now() - now < 200);
          if (ticks.length < 30) return;
          ticker.close();
          resolve();
        },
        { exact },
      );
    });
    // Every 20 ms from the start is either ticked or told as skipped.
    const last = ticks.at(-1) as (typeof ticks)[number];
    const due = ticks.length + ticks.reduce((sum, { skipped }) => sum + skipped, 0);
    expect(due * 20 + last.lateness).toBeLessThanOrEqual(last.at - started);
    expect(due * 20 + last.lateness).toBeGreaterThan(last.at - started - 1_000);
    expect(Math.max(...ticks.map(({ skipped }) => skipped))).toBeGreaterThanOrEqual(7);
    expect(ticks.every(({ lateness }) => lateness >= 0)).toBe(true);
  },
);

test('closed in its own tick, no other follows', async () => {
  let ticks = 0;
  const ticker = new Ticker(() => {
    ticks += 1;
    ticker.close();
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(ticks).toBe(1);
});
