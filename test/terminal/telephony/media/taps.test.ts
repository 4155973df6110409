import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import type { Subscription } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joined } from '../../../../src/terminal/audio/frame.ts';
import type { TapFrame } from '../../../../src/terminal/audio/port.ts';
import { readTap } from '../../../../src/terminal/audio/tap.ts';
import { levelAt, toneFrames } from '../../../signal.ts';
import { Peer } from './peer.ts';
import { peak, remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

type Terminal = ReturnType<Stepped['add']>;

/** All that a tap of `call` gave. Throws where there may be none. */
function tap(terminal: Terminal, call: string) {
  const { port1, port2 } = new MessageChannel();
  const found = { frames: [] as TapFrame[], over: false, subscription: null as Subscription | null };
  try {
    terminal.engine.tap(call, port2);
  } catch (cause) {
    port1.close();
    throw cause;
  }
  found.subscription = readTap(port1).subscribe({
    next: (frame) => found.frames.push(frame),
    complete: () => {
      found.over = true;
    },
  });
  return found;
}

const of = (frames: TapFrame[], direction: 'far' | 'near') => frames.filter((frame) => frame.direction === direction);

/** How far each frame's time is from the one before. */
const steps = (frames: TapFrame[]) =>
  frames.slice(1).map(({ rtpTime }, n) => ((rtpTime ?? 0) - (frames[n]?.rtpTime ?? 0)) >>> 0);

test('a tap sees every frame of both parties with its RTP time, from the opening of the bridge to the end', async () => {
  const { a, b } = await world.pair();
  const { frames, ...rest } = tap(a, 'a');
  a.speak = toneFrames(1_000, -12);
  b.speak = toneFrames(440, -20);
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(20);
  expect(frames).toEqual([]);
  a.do({ type: 'bridge', call: 'a', on: true });
  // What is done to either ear is in no tap.
  a.do({ type: 'levels', ear: 'caller', levels: { voice: -20, prompt: 0 } }, { type: 'volume', gain: 10 });
  await world.step(100);
  const [far, near] = [of(frames, 'far'), of(frames, 'near')];
  expect([far.length, near.length]).toEqual([100, 100]);
  expect(steps(near)).toEqual(Array.from({ length: 99 }, () => 160));
  const heard = far.slice(20);
  expect(steps(heard).every((step) => Math.abs(step - 160) < 40)).toBe(true);
  expect(Math.abs(levelAt(joined(near.map(({ samples }) => samples)), 1_000) + 12)).toBeLessThan(0.5);
  expect(Math.abs(levelAt(joined(heard.map(({ samples }) => samples)), 440) + 20)).toBeLessThan(0.5);
  a.do({ type: 'bridge', call: 'a', on: false });
  await world.step(20);
  expect(frames.length).toBe(200);
  a.do({ type: 'release', call: 'a' });
  await world.step(3);
  expect(frames.length).toBe(200);
  expect(frames.every(({ dropped }) => dropped === 0)).toBe(true);
  expect(rest.over).toBe(false);
});

test('the near RTP time is that of the packet the frame is sent in', async () => {
  const terminal = world.add();
  const peer = await Peer.bind();
  await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port) }, { type: 'bridge', call: 'c', on: true });
  const { frames } = tap(terminal, 'c');
  await world.step(50);
  const sent = peer.received.filter(({ header }) => header.payloadType === 0).map(({ header }) => header.timestamp);
  expect(of(frames, 'near').map(({ rtpTime }) => rtpTime)).toEqual(sent);
  peer.close();
});

test('a reader that reads for long and then not at all has its 2 s all the same', async () => {
  const { a } = await world.pair();
  const { port1, port2 } = new MessageChannel();
  a.engine.tap('a', port2);
  a.do({ type: 'bridge', call: 'a', on: true });
  let [count, dropped] = [0, 0];
  const read = readTap(port1).subscribe((frame) => {
    count += 1;
    dropped += frame.dropped;
  });
  await world.step(400);
  expect([count, dropped]).toEqual([800, 0]);
  read.unsubscribe();
  const again = new MessageChannel();
  a.engine.tap('a', again.port2);
  // Batches that come back go round: there are no fewer of them afterwards.
  const late = readTap(again.port1);
  await world.step(95);
  late.subscribe((frame) => {
    dropped += frame.dropped;
  });
  await world.step(50);
  expect(dropped).toBe(0);
});

test('a reader that does not read costs the sound nothing, and learns what it lost', async () => {
  const { a, b } = await world.pair();
  const { port1, port2 } = new MessageChannel();
  a.engine.tap('a', port2);
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(200);
  const frames: TapFrame[] = [];
  readTap(port1).subscribe((frame) => frames.push(frame));
  await world.step(20);
  // 2 s are kept.
  expect(frames.findIndex(({ dropped }) => dropped > 0)).toBe(200);
  expect(frames[200]?.dropped).toBe(200);
  a.do({ type: 'release', call: 'a' });
  await world.step(2);
  expect(frames.length + 200).toBe(2 * 220);
});

test('a tap ends with its call or with its reader, and a call has eight at most', async () => {
  const { a } = await world.pair();
  const taps = Array.from({ length: 8 }, () => tap(a, 'a'));
  expect(() => tap(a, 'a')).toThrow('call a has 8 taps already');
  taps[0]?.subscription?.unsubscribe();
  await world.step(2);
  const another = tap(a, 'a');
  a.do({ type: 'release', call: 'a' });
  await world.step(3);
  expect(another.over).toBe(true);
  expect(taps[0]?.frames).toEqual([]);
  expect(() => tap(a, 'a')).toThrow('no media of call a');
});

const order = fc.oneof(
  fc.record({ do: fc.constant('open' as const), call: fc.constantFrom('p', 'q') }),
  fc.record({ do: fc.constant('release' as const), call: fc.constantFrom('p', 'q') }),
  fc.record({ do: fc.constant('bridge' as const), call: fc.constantFrom('p', 'q', 'z'), on: fc.boolean() }),
  fc.record({ do: fc.constant('tap' as const), call: fc.constantFrom('p', 'q', 'z') }),
  fc.record({ do: fc.constant('step' as const), call: fc.constant('p') }),
);

test('law 4: whatever the order of commands, no sample of a privileged call comes out of a tap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 5, maxLength: 40 }), async (orders) => {
      const run = new Stepped();
      const terminal = run.add();
      const peer = await Peer.bind();
      const open = new Set<string>();
      /** Of each tap: frames that came, and that should. */
      const taps: { call: string; came: number; due: number; over: boolean }[] = [];
      let passes = '';
      terminal.speak = toneFrames(1_000, -6);
      const listen = (call: string) => {
        const { port1, port2 } = new MessageChannel();
        try {
          terminal.engine.tap(call, port2);
        } catch {
          port1.close();
          return false;
        }
        const tap = { call, came: 0, due: 0, over: false };
        taps.push(tap);
        readTap(port1).subscribe(() => {
          tap.came += 1;
        });
        return true;
      };
      for (const { call, ...step } of orders) {
        if (step.do === 'open' && !open.has(call)) {
          open.add(call);
          // p is a call like any other, q is privileged.
          await terminal.engine.open(call, '127.0.0.1', { privileged: call === 'q' });
          terminal.do({ type: 'connect', call, remote: remoteAt(peer.port) });
        }
        if (step.do === 'release') {
          open.delete(call);
          terminal.do({ type: 'release', call });
          if (passes === call) passes = '';
          for (const tap of taps) tap.over ||= tap.call === call;
        }
        if (step.do === 'bridge') {
          terminal.do({ type: 'bridge', call, on: step.on });
          if (step.on) passes = call;
          else if (passes === call) passes = '';
        }
        if (step.do === 'tap') {
          const full = taps.filter((tap) => tap.call === call && !tap.over).length === 8;
          expect(listen(call)).toBe(call === 'p' && open.has('p') && !full);
        }
        await run.step(3);
        for (const tap of taps) if (!tap.over && passes === tap.call) tap.due += 2 * 3;
      }
      for (const call of ['p', 'q']) terminal.do({ type: 'release', call });
      await run.step(3);
      expect(taps.map(({ came }) => came)).toEqual(taps.map(({ due }) => due));
      await run.close();
      peer.close();
    }),
    { numRuns: 30 },
  );
});

test('voice and prompt of either ear are set apart, without a click', async () => {
  const { a, b } = await world.pair();
  a.speak = toneFrames(1_000, -12);
  b.speak = toneFrames(440, -20);
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(60);
  a.do({ type: 'levels', ear: 'caller', levels: { voice: 6, prompt: 0 } });
  a.do({ type: 'levels', ear: 'callee', levels: { voice: -10, prompt: 0 } });
  await world.step(80);
  expect(Math.abs(levelAt(a.last(40), 440) + 14)).toBeLessThan(0.5);
  expect(Math.abs(levelAt(b.last(40), 1_000) + 22)).toBeLessThan(0.5);
  // From one sample to the next a sine of this level and frequency moves by 1,130 at most, and the gain is no step in it.
  const all = joined(a.heard.slice(50));
  expect(Math.max(...all.slice(1).map((sample, n) => Math.abs(sample - (all[n] as number))))).toBeLessThan(1_250);
  a.do({ type: 'levels', ear: 'caller', levels: { voice: -1_000, prompt: 0 } });
  await world.step(20);
  expect(peak(a.last(10))).toBeLessThan(20);
});
