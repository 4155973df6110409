import { expect, test } from 'vitest';
import { heapInUse } from '../fuzz/outcome.ts';
import { toneFrames } from '../signal.ts';
import { Stepped } from '../terminal/telephony/media/stepped.ts';
import { verdictOf } from './verdict.ts';

/** Ticks in a minute, and minutes. */
const MINUTE = 60 * 50;
const MINUTES = 5;

// `npm run soak` in short: the engine, real sockets and SRTP, no real time. Clocks that are off are in jitter-buffer.test.ts.
test('five minutes of a call leave delay and memory as they were', async () => {
  const world = new Stepped();
  try {
    const key = Buffer.alloc(30, 7);
    const { a, b } = await world.pair({ srtp: { suite: 'AES_CM_128_HMAC_SHA1_80', send: key, receive: key } });
    a.speak = toneFrames(440, -12);
    b.speak = toneFrames(700, -12);
    a.do({ type: 'bridge', call: 'a', on: true });
    b.do({ type: 'bridge', call: 'b', on: true });
    const delays: number[] = [];
    const heaps: number[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      await world.step(MINUTE);
      // What the test itself keeps is no part of it.
      a.heard.length = 0;
      b.heard.length = 0;
      delays.push(a.engine.stats('a').delay);
      heaps.push(heapInUse() / 2 ** 20);
    }
    const { received, sent, concealed, unauthentic } = a.engine.stats('a');
    expect({ unauthentic, concealed: concealed < 10 }).toEqual({ unauthentic: 0, concealed: true });
    expect(received).toBeGreaterThan(0.999 * MINUTES * MINUTE);
    expect(sent).toBeGreaterThan(0.999 * MINUTES * MINUTE);
    expect(Math.max(...delays) - Math.min(...delays)).toBeLessThan(20);
    expect((heaps.at(-1) ?? 0) - (heaps[1] ?? 0)).toBeLessThan(2);
  } finally {
    await world.close();
  }
}, 240_000);

const minute = (n: number, memory: number, slow: number) => ({
  minute: n,
  memory,
  delays: { slow, quick: 30, baresip: 0 },
  mos: 4.4,
});

test('what grows is seen', () => {
  const all = Array.from({ length: 60 }, (_, n) => n);
  expect(verdictOf(all.map((n) => minute(n, 150, 40))).flat).toBe(true);
  expect(verdictOf(all.map((n) => minute(n, 150 + n, 40))).flat).toBe(false);
  expect(verdictOf(all.map((n) => minute(n, 150, 40 + n))).flat).toBe(false);
});
