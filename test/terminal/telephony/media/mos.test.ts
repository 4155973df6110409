import { expect, test } from 'vitest';
import { delayImpairment, opinion, rating } from '../../../../src/terminal/telephony/media/mos.ts';
import { Quality } from '../../../../src/terminal/telephony/media/quality.ts';

const at = (delay: number, loss = 0, burstRatio = 1) => rating({ codec: 'PCMU', loss, burstRatio, delay });

// ITU-T G.107 annex B, table B.1: limits of user satisfaction.
test.each([
  [90, 4.34],
  [80, 4.03],
  [70, 3.6],
  [60, 3.1],
  [50, 2.58],
])('R %f is a MOS of %f', (r, mos) => {
  expect(Math.abs(opinion(r) - mos)).toBeLessThan(0.011);
});

test('the ends of the scale', () => {
  expect(opinion(0)).toBe(1);
  expect(opinion(-20)).toBe(1);
  expect(opinion(3)).toBe(1);
  expect(opinion(100)).toBe(4.5);
  expect(opinion(116)).toBe(4.5);
});

test('G.711 without loss and delay is 93.2, a MOS of 4.4', () => {
  expect(at(0)).toBeCloseTo(93.2, 1);
  expect(opinion(at(0))).toBeCloseTo(4.41, 2);
});

// What R. G. Cole and J. H. Rosenbluth found for the curve of G.107 in its defaults: 0.024 d + 0.11 (d - 177.3) from there on.
test.each([50, 100, 150, 200, 250, 300, 400])('delay of %i ms costs about what is published', (delay) => {
  const published = 0.024 * delay + 0.11 * Math.max(0, delay - 177.3);
  expect(Math.abs(delayImpairment(delay) - published)).toBeLessThan(3.5);
});

// 93.2 - 95 Ppl / (Ppl + 25.1), of G.113's Bpl for G.711 with concealment.
test.each([
  [0.01, 89.56],
  [0.02, 86.19],
  [0.05, 77.42],
  [0.1, 66.13],
  [0.2, 51.07],
])('a random loss of %f', (loss, r) => {
  expect(at(0, loss)).toBeCloseTo(r, 1);
});

test('the same loss in bursts is worse, and all is within the scale and falls with loss and delay', () => {
  expect(at(0, 0.03, 4)).toBeLessThan(at(0, 0.03, 1));
  for (const codec of ['PCMU', 'PCMA', 'G722', 'opus'] as const) {
    let before = 5;
    for (let step = 0; step <= 100; step++) {
      const mos = opinion(rating({ codec, loss: step / 100, burstRatio: 1 + step / 20, delay: 10 * step }));
      expect(mos).toBeGreaterThanOrEqual(1);
      expect(mos).toBeLessThanOrEqual(Math.min(4.5, before));
      before = mos;
    }
  }
});

test('every five seconds are judged: now, their mean, and the least', () => {
  const quality = new Quality();
  const observed = { encrypted: false, jitter: 2, roundTrip: 20, far: null };
  const heard = { due: 5_000, lossRatio: 0, burstiness: 1, delayMs: 40, codec: 'PCMU' } as const;
  expect(quality.isOver(0)).toBe(false);
  expect(quality.isOver(4_980)).toBe(false);
  expect(quality.isOver(5_000)).toBe(true);
  expect(quality.isOver(5_020)).toBe(false);
  const good = quality.judge(heard, observed);
  expect(good?.mos.now).toBeGreaterThan(4.3);
  expect(quality.judge({ ...heard, due: 0 }, observed)).toBeNull();
  const bad = quality.judge({ ...heard, lossRatio: 0.1 }, observed);
  expect(bad).toMatchObject({ loss: 0.05, codec: 'PCMU', delay: 40, ...observed });
  const worse = quality.judge({ ...heard, lossRatio: 0.1, burstiness: 3 }, observed);
  expect(worse?.mos.least).toBe(worse?.mos.now);
  expect(worse?.mos.now).toBeLessThan(bad?.mos.now ?? 0);
  const after = quality.judge(heard, observed);
  expect(after?.mos.now).toBe(good?.mos.now);
  expect(after?.mos.least).toBe(worse?.mos.now);
  expect(after?.loss).toBeCloseTo(0.05);
});
