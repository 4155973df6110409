import { expect, test } from 'vitest';
import { levelAt, toneFrames } from '../../../signal.ts';
import { connected } from './rig.ts';

/** Peak of a stretch of samples. */
const peak = (samples: Int16Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

test.each([
  { codec: 'PCMU', payloadType: 0, ptime: 20 },
  { codec: 'PCMA', payloadType: 8, ptime: 20 },
  { codec: 'PCMU', payloadType: 0, ptime: 10 },
  { codec: 'PCMU', payloadType: 0, ptime: 30 },
  { codec: 'PCMA', payloadType: 8, ptime: 60 },
] as const)('a tone goes both ways at its frequency and level: $codec, $ptime ms', async (remote) => {
  const { a, b, close } = await connected(remote);
  a.handset.speak(toneFrames(1_000, -12));
  b.handset.speak(toneFrames(440, -20));
  a.media.bridge('a', true);
  b.media.bridge('b', true);
  await Promise.all([a.handset.next(25), b.handset.next(25)]);
  const [atA, atB] = await Promise.all([a.handset.next(50), b.handset.next(50)]);
  expect(levelAt(atB, 1_000)).toBeCloseTo(-12, 0);
  expect(levelAt(atA, 440)).toBeCloseTo(-20, 0);
  // Nothing of one's own voice comes back, and nothing else is in it.
  expect(levelAt(atA, 1_000)).toBeLessThan(-60);
  expect(levelAt(atB, 440)).toBeLessThan(-60);
  await close();
});

test('nothing passes before the bridge opens, nor after it shuts or the call is released', async () => {
  const { a, b, close } = await connected();
  a.handset.speak(toneFrames(1_000, -6));
  b.handset.speak(toneFrames(440, -6));
  b.media.bridge('b', true);
  expect(peak(await a.handset.next(40))).toBe(0);
  expect(peak(b.handset.last(30))).toBe(0);
  a.media.bridge('a', true);
  await a.handset.next(40);
  expect(levelAt(a.handset.last(10), 440)).toBeGreaterThan(-8);
  a.media.bridge('a', false);
  await a.handset.next(3);
  expect(peak(await a.handset.next(20))).toBe(0);
  a.media.bridge('a', true);
  await a.handset.next(20);
  a.media.release('a');
  await a.handset.next(3);
  expect(peak(await a.handset.next(10))).toBe(0);
  await close();
});

test('RTP flows while the bridge is shut, and is counted', async () => {
  const { a, b, close } = await connected();
  await a.handset.next(50);
  const [atA, atB] = await Promise.all([a.media.stats('a'), b.media.stats('b')]);
  expect(atA.sent).toBeGreaterThan(30);
  expect(atB.received).toBeGreaterThan(30);
  expect(atB).toMatchObject({ malformed: 0, strangers: 0, duplicates: 0, unknownType: 0 });
  await expect(a.media.stats('other')).rejects.toThrow('no media of call other');
  a.media.release('a');
  expect((await a.media.stats('a')).sent).toBeGreaterThan(30);
  await close();
});

test('volume makes the far end louder, and the limiter keeps it from being cut', async () => {
  const { a, b, close } = await connected();
  b.handset.speak(toneFrames(1_000, -30));
  a.media.bridge('a', true);
  b.media.bridge('b', true);
  a.media.setVolume(12);
  await a.handset.next(60);
  expect(levelAt(await a.handset.next(25), 1_000)).toBeCloseTo(-18, 0);
  a.media.setVolume(40);
  await a.handset.next(60);
  const loud = await a.handset.next(25);
  expect(peak(loud)).toBeGreaterThan(28_000);
  expect(levelAt(loud, 3_000)).toBeLessThan(-30);
  await close();
});
