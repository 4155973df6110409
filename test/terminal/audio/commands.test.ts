import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDevice } from '../../../src/terminal/audio/device/open.ts';
import type { DeviceOptions } from '../../../src/terminal/audio/device/options.ts';
import type { SoundDevice } from '../../../src/terminal/audio/device/sound-device.ts';
import { Ticker } from '../../../src/terminal/audio/ticker.ts';
import { levelAt, toneFrames } from '../../signal.ts';
import { joined } from './dtmf.ts';

const node = process.execPath;
let folder: string;
let told: string[];
const open: { device: SoundDevice; ticker: Ticker }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'device-'));
  told = [];
});
afterEach(async () => {
  for (const { device, ticker } of open.splice(0)) {
    ticker.close();
    await device.close();
  }
  await rm(folder, { recursive: true });
});

/** A device that is ticked as the engine would, and what was read from it. */
function start(options: DeviceOptions, source: () => Int16Array = () => new Int16Array(320)) {
  const read: Int16Array[] = [];
  const device = openDevice(options, false, {
    state: (state, detail) => told.push(`${state}: ${detail}`),
    malformed: (detail) => told.push(detail),
    xrun: (part) => told.push(part),
    stir: () => {},
  });
  const ticker = new Ticker(() => {
    const frame = new Int16Array(320);
    device.read(frame);
    read.push(frame);
    device.write(source());
  });
  open.push({ device, ticker });
  return { device, read };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 40_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited 40 s in vain; told: ${told.join(' | ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A program that is a microphone with a tone before it, as fast as it is read. */
const microphone = (rate: number) => [
  node,
  '-e',
  `let n = 0;
   const more = () => {
     let b;
     do {
       b = Buffer.alloc(640);
       for (let i = 0; i < 640; i += 2) b.writeInt16LE(Math.round(8000 * Math.sin(2 * Math.PI * 1000 * n++ / ${rate})), i);
     } while (process.stdout.write(b));
   };
   process.stdout.on('drain', more);
   more();`,
];
/** A program that keeps what is played. */
const recorder = (path: string) => ['/bin/sh', '-c', `exec cat > ${path}`];
const samples = async (path: string) => {
  const bytes = await readFile(path);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, n) => bytes.readInt16LE(2 * n));
};

test.each([8_000, 16_000, 48_000] as const)(
  'a pair of programs at %i Hz is a mouthpiece and an earpiece',
  async (rate) => {
    const path = join(folder, 'played');
    const { read } = start(
      { kind: 'commands', capture: microphone(rate), playback: recorder(path), rate },
      toneFrames(440, -12),
    );
    await until(
      async () =>
        read.filter((frame) => frame.some((s) => s !== 0)).length > 60 &&
        existsSync(path) &&
        (await samples(path)).length > 1.2 * rate,
    );
    expect(told).toEqual(['ok: handset sound: capture and playback run']);
    const mouth = joined(read.filter((frame) => frame.some((s) => s !== 0)).slice(10, 60));
    expect(Math.abs(levelAt(mouth, 1_000) - 20 * Math.log10(8_000 / 32_768))).toBeLessThan(0.5);
    const ear = (await samples(path)).subarray(Math.round(0.1 * rate), Math.round(1.1 * rate));
    expect(Math.abs(levelAt(ear, 440, rate) + 12)).toBeLessThan(0.5);
  },
);

test('a program that dies is told once with its own words, and started again until it runs', async () => {
  const ready = join(folder, 'ready');
  const capture = [
    '/bin/sh',
    '-c',
    `test -e ${ready} || { echo "no such card: hw:9" >&2; exit 3; }; exec "$@"`,
    'microphone',
    ...microphone(16_000),
  ];
  const { read } = start({ kind: 'commands', capture, playback: recorder('/dev/null') });
  await until(() => told.length > 0);
  expect(told).toEqual(['fault: handset sound: capture program /bin/sh left with code 3: no such card: hw:9']);
  await writeFile(ready, '');
  await until(() => told.length > 1);
  expect(told[1]).toMatch(/^ok: /);
  await until(() => read.some((frame) => frame.some((s) => s !== 0)));
  expect(told.length).toBe(2);
});

test('a program that is not there is a fault and no crash', async () => {
  start({ kind: 'commands', capture: ['/no/such/program'], playback: ['/no/such/program'] });
  await until(() => told.length > 0);
  expect(told[0]).toMatch(/^fault: handset sound: (capture|playback) program \/no\/such\/program .*No such file/);
});

test('a playback that takes nothing holds up nothing; closing ends programs that do not want to', async () => {
  const pid = join(folder, 'pid');
  const stubborn = ['/bin/sh', '-c', `trap "" TERM; echo $$ > ${pid}; while :; do sleep 1; done`];
  const { read, device } = start({ kind: 'commands', capture: microphone(16_000), playback: stubborn });
  await until(async () => read.length > 50 && existsSync(pid) && (await readFile(pid, 'utf8')).endsWith('\n'));
  await device.close();
  const number = Number(await readFile(pid, 'utf8'));
  expect(() => process.kill(number, 0)).toThrow('ESRCH');
});
