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

test('what a card that was held up has not played is left out, once; where we were held up nothing is', () => {
  const pass = (drift: Drift, ticks: number) => Array.from({ length: ticks }, () => drift.frames() as number);
  const written = (all: number[]) => all.reduce((sum, frames) => sum + frames, 0);
  const drift = new Drift(320);
  pass(drift, 200);
  // 600 ms: 30 frames, of which the card's buffer takes five, and two are slack.
  drift.starved(600);
  expect(written(pass(drift, 30))).toBe(30 - 23);
  // The gap that this makes is no reason for another.
  drift.starved(460);
  expect(written(pass(drift, 30))).toBeGreaterThanOrEqual(28);
  pass(drift, 100);
  drift.skipped(30);
  drift.starved(600);
  expect(written(pass(drift, 30))).toBe(30);
});

test('a quiet frame is waited for where sound must not be bent', () => {
  const drift = new Drift(320, 9);
  drift.frames();
  for (let n = 0; n < 12; n++) drift.frames();
  drift.starved(240);
  // Seven ahead: a loud frame is let through, a quiet one left out.
  expect([drift.frames(false), drift.frames(true), drift.frames(false)]).toEqual([1, 0, 1]);
});
