import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MediaEvent } from '../../../../src/terminal/audio/port.ts';
import { type Media, startMedia } from '../../../../src/terminal/telephony/media/start.ts';
import { peak } from './stepped.ts';

/** Bytes of 20 ms at 16 kHz. */
const FRAME = 640;

let folder: string;
let media: Media;
const told: MediaEvent[] = [];
const played = () => join(folder, 'played');
const size = () => statSync(played()).size;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rest-'));
  told.length = 0;
  media = await startMedia({
    thread: 'here',
    recordings: { builtIn: folder },
    mediaTimeout: 30_000,
    device: {
      kind: 'commands',
      // A microphone at the pace of a card: it waits where nobody reads, and says so as arecord does.
      capture: [
        process.execPath,
        '-e',
        `setInterval(() => process.stdout.write(Buffer.alloc(${FRAME})), 20);
         setInterval(() => process.stderr.write('overrun!!! (at least 1.000 ms long)\\n'), 500)`,
      ],
      playback: ['/bin/sh', '-c', `exec cat > ${played()}`],
    },
  });
  media.events.subscribe((event) => told.push(event));
});
afterEach(async () => {
  await media.close();
  rmSync(folder, { recursive: true });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 40_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain; told: ${JSON.stringify(told)}`);
    await pause(20);
  }
}
/** Resolves when the earpiece is given nothing any more. */
async function rests(): Promise<void> {
  for (let last = -1; last !== size(); ) {
    last = size();
    await pause(1_000);
  }
}

test('where nothing is to be heard the earpiece is given nothing, and an order is heard at once', async () => {
  await until(() => told.some((event) => event.type === 'device' && event.state === 'ok'));
  await rests();
  const before = size();
  told.length = 0;

  // A sign of life is a tick, and no end of the rest.
  for (let n = 0; n < 3; n++) await media.alive();
  await pause(200);
  expect(size()).toBe(before);

  media.tone('dial');
  await until(() => size() > before);
  // What a card wants before it begins to play is there with the first: it is the tone, not silence before it.
  await until(() => size() >= before + 4 * FRAME);
  const bytes = readFileSync(played()).subarray(before, before + FRAME);
  expect(peak(new Int16Array(bytes.buffer, bytes.byteOffset, FRAME / 2))).toBeGreaterThan(1_000);
  await until(() => size() > before + 50 * FRAME);

  media.tone(null);
  await rests();
  expect(told.filter((event) => event.type === 'device')).toEqual([]);
});
