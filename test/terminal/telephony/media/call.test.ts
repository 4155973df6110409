import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { levelAt, toneFrames } from '../../../signal.ts';
import { PCMA, PCMU, peak, remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

test.each([
  { format: PCMU, ptime: 20 },
  { format: PCMA, ptime: 20 },
  { format: PCMU, ptime: 10 },
  { format: PCMU, ptime: 30 },
  { format: PCMU, ptime: 40 },
  { format: PCMA, ptime: 60 },
] as const)('a tone goes both ways at its frequency and level: $format.codec, $ptime ms', async (remote) => {
  const { a, b } = await world.pair(remote);
  a.speak = toneFrames(1_000, -12);
  b.speak = toneFrames(440, -20);
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(100);
  expect(Math.abs(levelAt(b.last(50), 1_000) + 12)).toBeLessThan(0.5);
  expect(Math.abs(levelAt(a.last(50), 440) + 20)).toBeLessThan(0.5);
  // Nothing of one's own voice comes back, and nothing else is in it.
  expect(levelAt(a.last(50), 1_000)).toBeLessThan(-60);
  expect(levelAt(b.last(50), 440)).toBeLessThan(-60);
  const stats = a.engine.stats('a');
  expect(stats).toMatchObject({ malformed: 0, late: 0, duplicates: 0, strangers: 0, unknownType: 0, sendFailed: 0 });
  expect(stats.concealed).toBeLessThanOrEqual(3);
  expect(stats.jitter).toBeLessThan(20);
});

test('the band of telephony passes level to 1 dB, from 300 to 3400 Hz', async () => {
  const { a, b } = await world.pair();
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  for (const hz of [300, 700, 1_700, 2_500, 3_000, 3_400]) {
    a.speak = toneFrames(hz, -10);
    await world.step(40);
    expect(Math.abs(levelAt(b.last(25), hz) + 10), `${hz} Hz`).toBeLessThan(1);
  }
});

test('RTP flows while the bridge is shut, and is counted; the last call can be asked for', async () => {
  const { a, b } = await world.pair();
  await world.step(50);
  expect(a.engine.stats('a').sent).toBe(50);
  expect(b.engine.stats('b').received).toBeGreaterThanOrEqual(49);
  expect(() => a.engine.stats('b')).toThrow('no media of call b');
  a.do({ type: 'release', call: 'a' });
  expect(a.engine.stats('a').sent).toBe(50);
});

test('volume makes the far end louder, and the limiter keeps it from being cut', async () => {
  const { a, b } = await world.pair();
  b.speak = toneFrames(1_000, -30);
  a.do({ type: 'bridge', call: 'a', on: true }, { type: 'volume', gain: 12 });
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(100);
  expect(Math.abs(levelAt(a.last(25), 1_000) + 18)).toBeLessThan(1);
  a.do({ type: 'volume', gain: 40 });
  await world.step(100);
  expect(peak(a.last(25))).toBeGreaterThan(28_000);
  // A sine that is cut has a third of itself at three times its frequency: -10 dB.
  expect(levelAt(a.last(25), 3_000)).toBeLessThan(-30);
});

/** What can happen to the sound of a call. */
const order = fc.oneof(
  fc.record({ do: fc.constant('bridge' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('step' as const), ticks: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constant('stall' as const), ticks: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('digit' as const), digit: fc.constantFrom('1', '#') }),
  fc.record({ do: fc.constant('hold' as const), direction: fc.constantFrom('sendrecv', 'inactive') }),
  fc.record({ do: fc.constant('volume' as const), gain: fc.integer({ min: -20, max: 30 }) }),
  fc.record({ do: fc.constant('other' as const), on: fc.boolean() }),
);

test('shut, the bridge lets not one sample through either way, whatever comes before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 5, maxLength: 20 }), async (orders) => {
      const run = new Stepped();
      const { a, b, portB } = await run.pair();
      b.do({ type: 'bridge', call: 'b', on: true });
      a.speak = toneFrames(1_000, -6);
      b.speak = toneFrames(440, -6);
      let open = false;
      for (const o of orders) {
        if (o.do === 'bridge') {
          open = o.on;
          a.do({ type: 'bridge', call: 'a', on: open });
        }
        if (o.do === 'digit') a.do({ type: 'digit', call: 'a', digit: o.digit });
        if (o.do === 'volume') a.do({ type: 'volume', gain: o.gain });
        if (o.do === 'hold') a.do({ type: 'connect', call: 'a', remote: remoteAt(portB, o) });
        if (o.do === 'other') {
          // The bridge of another call is no leave for this one.
          a.do({ type: 'bridge', call: 'z', on: o.on });
          if (o.on) open = false;
        }
        const from = a.heard.length;
        if (o.do === 'stall') await run.stall(o.ticks);
        if (o.do === 'step') await run.step(o.ticks);
        if (!open) expect(a.heard.slice(from).every((frame) => peak(frame) === 0)).toBe(true);
        // What b hears comes up to 100 ms late: let it run dry, then look.
        if (open || o.do !== 'step') continue;
        await run.step(8);
        expect(peak(b.last(1))).toBe(0);
      }
      await run.close();
    }),
    { numRuns: 40 },
  );
});
