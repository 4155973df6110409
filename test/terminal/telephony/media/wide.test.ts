import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Format } from '../../../../src/terminal/telephony/port.ts';
import { levelAt, toneFrames } from '../../../signal.ts';
import { dtmf } from '../../audio/dtmf.ts';
import { PCMU, peak, play, remoteAt, Stepped } from './stepped.ts';

const G722: Format = { codec: 'G722', payloadType: 9 };
const OPUS: Format = { codec: 'opus', payloadType: 96 };
const ALL = [PCMU, G722, OPUS];

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

const open = { type: 'bridge', on: true } as const;

test.each([
  { format: G722, ptime: 20 },
  { format: G722, ptime: 10 },
  { format: G722, ptime: 60 },
  { format: OPUS, ptime: 20 },
  { format: OPUS, ptime: 40 },
])('sound of 6 kHz goes both ways: $format.codec, $ptime ms', async ({ format, ptime }) => {
  const { a, b } = await world.pair({ format, ptime, receives: ALL });
  a.do({ ...open, call: 'a' });
  b.do({ ...open, call: 'b' });
  a.speak = toneFrames(6_000, -12);
  b.speak = toneFrames(440, -20);
  await world.step(100);
  expect(Math.abs(levelAt(b.last(50), 6_000) + 12)).toBeLessThan(1.5);
  expect(Math.abs(levelAt(a.last(50), 440) + 20)).toBeLessThan(1);
  expect(a.engine.stats('a')).toMatchObject({ malformed: 0, late: 0, unknownType: 0, resyncs: 0 });
});

test('the codec may change in mid-call, back and forth, with hardly a break', async () => {
  const { a, b, portB } = await world.pair({ receives: ALL });
  a.do({ ...open, call: 'a' });
  b.do({ ...open, call: 'b' });
  a.speak = toneFrames(1_000, -12);
  await world.step(50);
  for (const format of [G722, PCMU, G722]) {
    const from = b.engine.stats('b').concealed;
    a.do({ type: 'connect', call: 'a', remote: remoteAt(portB, { format, receives: ALL }) });
    await world.step(50);
    expect(Math.abs(levelAt(b.last(40), 1_000) + 12)).toBeLessThan(0.5);
    expect(b.engine.stats('b').concealed - from).toBeLessThanOrEqual(1);
  }
  // Opus has another clock: the far end's time begins anew.
  a.do({ type: 'connect', call: 'a', remote: remoteAt(portB, { format: OPUS, receives: ALL }) });
  await world.step(100);
  expect(Math.abs(levelAt(b.last(40), 1_000) + 12)).toBeLessThan(1);
});

test('keys are heard in wide sound too, and nothing is after a flush of what was said before', async () => {
  const { a, b } = await world.pair({ format: G722, receives: ALL, digits: null, receivesDigits: [] });
  a.do({ ...open, call: 'a' });
  a.speak = play(dtmf([{ key: '5', on: 100, off: 0 }], 16_000));
  await world.step(30);
  expect(b.all('far-digit')).toMatchObject([{ digit: '5', source: 'in-band' }]);
  a.speak = toneFrames(1_000, -6);
  await world.step(30);
  a.speak = () => new Int16Array(320);
  await world.step(1);
  const from = b.heard.length;
  b.do({ ...open, call: 'b' });
  await world.step(20);
  expect(Math.max(...b.heard.slice(from).map(peak))).toBeLessThan(30);
});
