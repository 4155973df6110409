import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joined } from '../../../../src/terminal/audio/frame.ts';
import type { TapFrame } from '../../../../src/terminal/audio/port.ts';
import { readTap } from '../../../../src/terminal/audio/tap.ts';
import { Engine } from '../../../../src/terminal/telephony/media/engine.ts';
import { toneFrames } from '../../../signal.ts';
import { wav } from '../../audio/wav-file.ts';
import { Peer } from './peer.ts';
import { peak, remoteAt, Stepped } from './stepped.ts';

let folder: string;
let world: Stepped;
beforeEach(async () => {
  world = new Stepped();
  folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  await mkdir(join(folder, 'en'));
  await writeFile(join(folder, 'en/one.wav'), wav(joined(Array.from({ length: 25 }, toneFrames(500, -10)))));
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** All that the microphone of `engine` gives. Throws where it gives nothing. */
function hear(engine: Engine) {
  const { port1, port2 } = new MessageChannel();
  const found = { frames: [] as TapFrame[], over: false };
  try {
    engine.microphone(port2);
  } catch (cause) {
    port1.close();
    throw cause;
  }
  const subscription = readTap(port1).subscribe({
    next: (frame) => found.frames.push(frame),
    complete: () => {
      found.over = true;
    },
  });
  return Object.assign(found, { stop: () => subscription.unsubscribe() });
}

test('what a caller says before a call is heard, each frame of it once', async () => {
  const terminal = world.add();
  const said: Int16Array[] = [];
  const tone = toneFrames(440, -12);
  terminal.speak = () => {
    said.push(tone());
    return said.at(-1) as Int16Array;
  };
  const { frames } = hear(terminal.engine);
  await world.step(40);
  expect(joined(frames.map(({ samples }) => samples))).toEqual(joined(said.slice(0, 40)));
  expect(frames.every(({ direction, rtpTime }) => direction === 'near' && rtpTime === null)).toBe(true);
});

test('what was said to the caller, a tone or a beep, does not come back as an answer of his', async () => {
  const terminal = world.add({ recordings: { builtIn: folder } });
  await terminal.engine.loaded;
  // A handset whose earpiece is heard 280 ms later at its microphone.
  terminal.speak = () => terminal.heard.at(-14)?.slice() ?? new Int16Array(320);
  const { frames } = hear(terminal.engine);
  const request = { call: 'c', say: 1, to: 'caller', language: 'en', clips: ['one'] } as const;
  terminal.do({ type: 'say', request });
  await world.step(60);
  terminal.do({ type: 'tone', tone: 'dial' });
  await world.step(30);
  terminal.do({ type: 'tone', tone: null }, { type: 'key-beep' });
  await world.step(60);
  expect(peak(joined(terminal.heard))).toBeGreaterThan(1_000);
  expect(frames.length).toBeGreaterThan(40);
  expect(peak(joined(frames.map(({ samples }) => samples)))).toBe(0);
});

test('a second who listens is the only one, and one who has gone is no trouble to the other', async () => {
  const terminal = world.add();
  const first = hear(terminal.engine);
  await world.step(4);
  const second = hear(terminal.engine);
  first.stop();
  await world.step(10);
  expect([first.frames.length, second.frames.length]).toEqual([4, 10]);
  second.stop();
  await world.step(4);
  const third = hear(terminal.engine);
  await world.step(4);
  expect([second.frames.length, third.frames.length]).toEqual([10, 4]);
});

test('there is no rest while somebody listens, and there is after', async () => {
  const options = { device: { kind: 'none' }, recordings: { builtIn: folder }, mediaTimeout: 1 } as const;
  const engine = new Engine(
    options,
    () => {},
    () => performance.now(),
  );
  const tick = async () => {
    for (let n = 0; n < 260; n++) engine.tick(0);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await tick();
  expect(engine.restful).toBe(true);
  const { stop } = hear(engine);
  expect(engine.restful).toBe(false);
  await tick();
  expect(engine.restful).toBe(false);
  stop();
  await expect
    .poll(async () => {
      await tick();
      return engine.restful;
    })
    .toBe(true);
  await engine.close();
});

const order = fc.oneof(
  fc.record({ do: fc.constant('open' as const), call: fc.constantFrom('p', 'q') }),
  fc.record({ do: fc.constantFrom('release' as const, 'listen' as const), call: fc.constantFrom('p', 'q') }),
  fc.record({ do: fc.constant('step' as const), call: fc.constant('p') }),
);

test('law 4: whatever the order of commands, the microphone gives nothing while a call is up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 5, maxLength: 30 }), async (orders) => {
      const run = new Stepped();
      const terminal = run.add();
      const peer = await Peer.bind();
      const open = new Set<string>();
      let heard: { found: ReturnType<typeof hear>; due: number }[] = [];
      let listens = false;
      terminal.speak = toneFrames(1_000, -6);
      for (const { call, ...step } of orders) {
        if (step.do === 'open' && !open.has(call)) {
          open.add(call);
          listens = false;
          await terminal.engine.open(call, '127.0.0.1', { privileged: call === 'q' });
          terminal.do({ type: 'connect', call, remote: remoteAt(peer.port) }, { type: 'bridge', call, on: true });
        }
        if (step.do === 'release') {
          open.delete(call);
          terminal.do({ type: 'release', call });
        }
        if (step.do === 'listen') {
          if (open.size > 0) expect(() => hear(terminal.engine)).toThrow('a call is up');
          else {
            heard = [...heard, { found: hear(terminal.engine), due: 0 }];
            listens = true;
          }
        }
        await run.step(4);
        const last = heard.at(-1);
        if (last && listens) last.due += 4;
      }
      expect(heard.map(({ found }) => found.frames.length)).toEqual(heard.map(({ due }) => due));
      await run.close();
      peer.close();
    }),
    { numRuns: 20 },
  );
});
