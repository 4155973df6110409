import { expect, test } from 'vitest';
import { Drift } from '../../../src/terminal/audio/device/drift.ts';

/** Frames written in ten minutes beyond those that a card of this rate played. */
function ahead(rate: number): number {
  const drift = new Drift(320);
  let played = 0;
  let told = 0;
  let written = 0;
  for (let tick = 0; tick < 30_000; tick++) {
    played += 320 * rate;
    if (tick % 5 === 4) {
      drift.captured(Math.floor(played) - told);
      told = Math.floor(played);
    }
    written += 320 * drift.frames();
  }
  return (written - played) / 320;
}

test('what is written keeps with a card that is a little fast or slow', () => {
  for (const rate of [0.999, 0.9999, 1, 1.0001, 1.001]) expect(Math.abs(ahead(rate))).toBeLessThan(5);
});

test('a source that keeps no time changes nothing', () => {
  expect(ahead(0)).toBe(30_000);
  const drift = new Drift(320);
  for (let tick = 0; tick < 2_000; tick++) {
    drift.captured(960);
    expect(drift.frames()).toBe(1);
  }
});
