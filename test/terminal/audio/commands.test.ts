import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joined } from '../../../src/terminal/audio/frame.ts';
import { levelAt, toneFrames } from '../../signal.ts';
import { Ticked } from './ticked.ts';

const node = process.execPath;
let folder: string;
let ticked: Ticked;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'device-'));
  ticked = new Ticked();
});
afterEach(async () => {
  await ticked.close();
  await rm(folder, { recursive: true });
});

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
    const { read } = ticked.start(
      { kind: 'commands', capture: microphone(rate), playback: recorder(path), rate },
      toneFrames(440, -12),
    );
    await ticked.until(
      async () =>
        read.filter((frame) => frame.some((s) => s !== 0)).length > 60 &&
        existsSync(path) &&
        (await samples(path)).length > 1.2 * rate,
    );
    expect(ticked.told).toEqual(['ok: handset sound: capture and playback run']);
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
  const { read } = ticked.start({ kind: 'commands', capture, playback: recorder('/dev/null') });
  await ticked.until(() => ticked.told.length > 0);
  expect(ticked.told).toEqual(['fault: handset sound: capture program /bin/sh left with code 3: no such card: hw:9']);
  await writeFile(ready, '');
  await ticked.until(() => ticked.told.length > 1);
  expect(ticked.told[1]).toMatch(/^ok: /);
  await ticked.until(() => read.some((frame) => frame.some((s) => s !== 0)));
  expect(ticked.told.length).toBe(2);
});

test('a program that is not there is a fault and no crash', async () => {
  ticked.start({ kind: 'commands', capture: ['/no/such/program'], playback: ['/no/such/program'] });
  await ticked.until(() => ticked.told.length > 0);
  expect(ticked.told[0]).toMatch(
    /^fault: handset sound: (capture|playback) program \/no\/such\/program .*No such file/,
  );
});

test('a playback that takes nothing holds up nothing; closing ends programs that do not want to', async () => {
  const pid = join(folder, 'pid');
  const stubborn = ['/bin/sh', '-c', `trap "" TERM; echo $$ > ${pid}; while :; do sleep 1; done`];
  const { read, device } = ticked.start({ kind: 'commands', capture: microphone(16_000), playback: stubborn });
  await ticked.until(async () => read.length > 50 && existsSync(pid) && (await readFile(pid, 'utf8')).endsWith('\n'));
  await device.close();
  const number = Number(await readFile(pid, 'utf8'));
  expect(() => process.kill(number, 0)).toThrow('ESRCH');
});
