import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HandsetSound } from '../../../../src/terminal/audio/handset-sound.ts';
import { levelAt, toneFrames } from '../../../signal.ts';
import { Random } from '../../call/random.ts';
import { demodulate, modulate } from './baudot.ts';
import { PCMA, PCMU, play, remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
let relay: Socket | undefined;
beforeEach(() => {
  world = new Stepped();
});
afterEach(async () => {
  relay?.close();
  relay = undefined;
  await world.close();
});

const text = (seed: number, characters: number) => {
  const chance = new Random(seed);
  return Array.from({ length: characters }, () => chance.below(32));
};

/** What a terminal of `profile` hears of codes that another types, over a network that after a third of them holds each packet for up to `jitter` ticks. */
async function typed(
  profile: HandsetSound['profile'],
  seed: number,
  jitter: number,
  characters: number,
  format = PCMU,
) {
  const handset = HandsetSound.parse({ profile });
  const [a, b] = [world.add({ handset }), world.add({ handset })];
  const network = createSocket('udp4');
  relay = network;
  network.bind(0, '127.0.0.1');
  await once(network, 'listening');
  const [portA, portB] = [
    await a.engine.open('a', '127.0.0.1', { privileged: false }),
    await b.engine.open('b', '127.0.0.1', { privileged: false }),
  ];
  const chance = new Random(seed);
  let tick = 0;
  let worst = 0;
  const held: { at: number; packet: Buffer }[] = [];
  network.on('message', (packet, { port }) => {
    if (port === portA) held.push({ at: tick + chance.below(worst + 1), packet });
  });
  const far = remoteAt(network.address().port, { format });
  a.do({ type: 'connect', call: 'a', remote: far }, { type: 'bridge', call: 'a', on: true });
  b.do({ type: 'connect', call: 'b', remote: far }, { type: 'bridge', call: 'b', on: true });
  const pass = async (ticks: number) => {
    for (const end = tick + ticks; tick < end; tick++) {
      for (let n = held.length - 1; n >= 0; n--) {
        if ((held[n]?.at ?? 0) <= tick) network.send(held.splice(n, 1)[0]?.packet ?? '', portB, '127.0.0.1');
      }
      await world.step(1);
    }
  };
  // The line is quiet at first, and buffers find their place.
  await pass(100);
  const codes = text(seed, characters);
  const sound = modulate(codes);
  a.speak = play(sound);
  const ticks = Math.ceil(sound.length / 320) + 30;
  await pass(Math.floor(ticks / 3));
  worst = jitter;
  await pass(ticks - Math.floor(ticks / 3));
  return { codes, read: demodulate(b.last(ticks + 20)), stats: b.engine.stats('b') };
}

const wrong = ({ codes, read }: { codes: number[]; read: (number | null)[] }): number =>
  codes.filter((code, n) => read[n] !== code).length + Math.max(0, read.length - codes.length);

test.each([
  { jitter: 0, seed: 1, format: PCMU },
  { jitter: 3, seed: 2, format: PCMA },
  { jitter: 6, seed: 3, format: PCMU },
])(
  'a text telephone is read without an error, packets being up to $jitter frames late',
  async ({ jitter, seed, format }) => {
    const result = await typed('tty', seed, jitter, 60, format);
    expect(result.read).toEqual(result.codes);
    expect(result.stats).toMatchObject({ late: 0 });
  },
);

test('without the profile the same network costs characters', { timeout: 60_000 }, async () => {
  expect(wrong(await typed('standard', 4, 6, 60))).toBeGreaterThan(0);
  expect(wrong(await typed('tty', 4, 6, 60))).toBe(0);
});

test('in the profile nothing is limited, volume is a plain gain, and there is no sidetone', async () => {
  const handset = HandsetSound.parse({ profile: 'tty', sidetone: -20 });
  const { a, b } = await world.pair({}, { handset });
  b.speak = toneFrames(1_000, -9);
  a.speak = toneFrames(600, -20);
  a.do({ type: 'bridge', call: 'a', on: true }, { type: 'volume', gain: 6 });
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(100);
  // -3 dBFS is above the limiter's reach: it would be held at -4.
  expect(levelAt(a.last(25), 1_000)).toBeGreaterThan(-3.5);
  // A text telephone must not hear itself.
  expect(levelAt(a.last(25), 600)).toBeLessThan(-60);
});
