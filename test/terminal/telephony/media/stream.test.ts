import { mulaw } from 'alawmulaw';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { levelAt } from '../../../signal.ts';
import { Peer } from './peer.ts';
import { peak, remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
let peer: Peer;
let port: number;
let terminal: ReturnType<Stepped['add']>;

beforeEach(async () => {
  world = new Stepped();
  terminal = world.add();
  peer = await Peer.bind();
  port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port) }, { type: 'bridge', call: 'c', on: true });
});
afterEach(async () => {
  peer.close();
  await world.close();
});

/** 20 ms of 1 kHz at -10 dB; 1 kHz goes whole into 20 ms, so that any packet follows any other. */
const sound = mulaw.encode(
  Int16Array.from({ length: 160 }, (_, n) => Math.round(10_362 * Math.sin((2 * Math.PI * n) / 8))),
);
const send = (n: number, ssrc = 1, timestamp = 160 * n) =>
  peer.rtp({ sequenceNumber: n & 0xffff, timestamp: timestamp >>> 0, ssrc }, sound, port);

const level = (frames: number) => levelAt(terminal.last(frames), 1_000);

test('a line that doubles and reorders is heard whole; one that loses 1 in 10 nearly so', async () => {
  for (let n = 0; n < 60; n += 2) {
    await send(n + 1);
    await send(n);
    await send(n + 1);
    await world.step(2);
  }
  expect(Math.abs(level(40) + 10)).toBeLessThan(0.5);
  expect(terminal.engine.stats('c')).toMatchObject({ received: 90, duplicates: 30, late: 0 });
  for (let n = 60; n < 160; n++) {
    if (n % 10 !== 3) await send(n);
    await world.step(1);
  }
  expect(Math.abs(level(80) + 10)).toBeLessThan(1);
  expect(terminal.engine.stats('c').concealed).toBeGreaterThanOrEqual(9);
});

test('when nothing more comes, sound fades away in 80 ms and stays silence', async () => {
  for (let n = 0; n < 20; n++) {
    await send(n);
    await world.step(1);
  }
  await world.step(9);
  await world.step(20);
  expect(peak(terminal.last(20))).toBe(0);
});

test('another source at the same place takes over with its second packet', async () => {
  for (let n = 0; n < 20; n++) {
    await send(n);
    await world.step(1);
  }
  for (let n = 0; n < 40; n++) {
    await send(n, 2, 4_000_000_000 + 160 * n);
    await world.step(1);
  }
  expect(Math.abs(level(20) + 10)).toBeLessThan(0.5);
  expect(terminal.engine.stats('c')).toMatchObject({ resyncs: 1, late: 0 });
});

test('a recording that is played over and over with the same numbers is heard each time', async () => {
  for (let n = 0; n < 300; n++) {
    await send(n % 100);
    await world.step(1);
  }
  expect(Math.abs(level(60) + 10)).toBeLessThan(0.5);
  expect(terminal.engine.stats('c').duplicates).toBe(0);
});

test('what was said before the bridge opened is not heard after', async () => {
  terminal.do({ type: 'bridge', call: 'c', on: false });
  for (let n = 0; n < 20; n++) {
    await send(n);
    await world.step(1);
  }
  const heard = terminal.heard.length;
  terminal.do({ type: 'bridge', call: 'c', on: true });
  await world.step(20);
  expect(terminal.heard.slice(heard).every((frame) => peak(frame) === 0)).toBe(true);
});

test('after a stall sound goes on with no more delay than before', async () => {
  for (let n = 0; n < 20; n++) {
    await send(n);
    await world.step(1);
  }
  const before = terminal.engine.stats('c').delay;
  for (let n = 20; n < 45; n++) await send(n);
  await world.stall(24);
  for (let n = 45; n < 300; n++) {
    await send(n);
    await world.step(1);
  }
  expect(Math.abs(level(60) + 10)).toBeLessThan(0.5);
  expect(terminal.engine.stats('c')).toMatchObject({ ticksSkipped: 24, resyncs: 0 });
  expect(terminal.engine.stats('c').delay).toBeLessThanOrEqual(before + 20);
});
