import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/protocol/package-root.ts';
import type { MediaEvent, TapFrame } from '../../../../src/terminal/audio/port.ts';
import type * as Start from '../../../../src/terminal/telephony/media/start.ts';
import { startMedia } from '../../../../src/terminal/telephony/media/start.ts';
import { event, Peer } from './peer.ts';
import { remoteAt } from './stepped.ts';

const root = packageRoot();
let folder: string;
let compiled: typeof Start;

beforeAll(async () => {
  // Under node_modules, so that the packages are found and the runner leaves the code as it is.
  folder = await mkdtemp(join(root, 'node_modules/.media-'));
  const source = join(root, 'src/terminal/telephony/media');
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir: root, outDir: folder, typeRoots: [join(root, 'node_modules/@types')] },
    files: [join(source, 'start.ts'), join(source, 'thread.ts')],
    include: [],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  const start = join(folder, relative(root, source), 'start.js');
  compiled = (await import(pathToFileURL(start).href)) as typeof Start;
});
afterAll(() => rm(folder, { recursive: true }));

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited 20 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test.each(['here', 'worker'] as const)('media run %s: a call, its digits, its figures, and its end', async (thread) => {
  const { port1, port2 } = new MessageChannel();
  const start = thread === 'here' ? startMedia : compiled.startMedia;
  const media = await start({
    device: { kind: 'port', port: port2 },
    recordings: { builtIn: import.meta.dirname },
    mediaTimeout: 20_000,
    thread,
  });
  const told: MediaEvent[] = [];
  let ended = false;
  media.events.subscribe({ next: (e) => told.push(e), complete: () => (ended = true) });
  let loud = 0;
  port1.on('message', (frame: Int16Array) => {
    if (frame.some((sample) => Math.abs(sample) > 2_000)) loud += 1;
  });
  const before = { frames: 0, over: false };
  media.microphone().subscribe({ next: () => before.frames++, complete: () => (before.over = true) });
  await until(() => before.frames > 10);
  const peer = await Peer.bind();
  const port = await media.open('c', '127.0.0.1', { privileged: false });
  await until(() => before.over);
  await expect(lastValueFrom(media.microphone())).rejects.toThrow('microphone: a call is up');
  media.connect('c', remoteAt(peer.port));
  media.tone('dial');
  media.setVolume(0);
  await until(() => loud > 3 && peer.received.length > 3);
  media.hush('both');
  media.tone(null);
  media.say({ call: 'c', say: 7, to: 'both', language: 'en', clips: [] });
  media.bridge('c', true);
  media.sendDigit('c', '9');
  await until(() => peer.received.some((p) => p.header.payloadType === 101 && p.payload[0] === 9));
  await peer.rtp({ payloadType: 101, timestamp: 1 }, event(2, false, 160), port);
  await until(() => told.length >= 2);
  expect(told).toContainEqual({ type: 'said', call: 'c', say: 7 });
  expect(told).toContainEqual({ type: 'far-digit', call: 'c', digit: '2', source: 'rfc4733' });
  expect((await media.stats('c')).received).toBe(1);
  await expect(media.open('c', '127.0.0.1', { privileged: false })).rejects.toThrow('open already');
  media.setLevels('caller', { voice: -3, prompt: 3 });
  const tapped: TapFrame[] = [];
  let over = false;
  const near = media.tap('c', 'near').subscribe();
  media.tap('c', 'far').subscribe({ next: (frame) => tapped.push(frame), complete: () => (over = true) });
  await until(() => tapped.length > 10);
  expect(tapped.every(({ direction, samples }) => direction === 'far' && samples.length === 320)).toBe(true);
  near.unsubscribe();
  await media.open('p', '127.0.0.1', { privileged: true });
  await expect(lastValueFrom(media.tap('p'))).rejects.toThrow('call p is privileged and cannot be tapped');
  await expect(lastValueFrom(media.tap('none'))).rejects.toThrow('no media of call none');
  media.release('c');
  await until(() => over);
  await Promise.all([media.close(), media.close()]);
  expect(ended).toBe(true);
  await expect(media.stats('c')).rejects.toThrow('media is closed');
  peer.close();
  port1.close();
});

test('a thread that dies is told, also to who listens later; calls under way are lost and none opens', async () => {
  const media = await compiled.startMedia({
    // No board file can say this: it stands for a fault of ours.
    device: { kind: 'commands', capture: ['no\0such'], playback: ['cat'] },
    recordings: { builtIn: import.meta.dirname },
    mediaTimeout: 20_000,
  });
  await expect(media.open('c', '127.0.0.1', { privileged: false })).rejects.toThrow('the media thread died');
  const told: MediaEvent[] = [];
  media.events.subscribe((e) => told.push(e));
  expect(told[0]).toMatchObject({ type: 'device', state: 'fault' });
  expect(told[1]).toEqual({ type: 'media-lost', call: 'c', silence: expect.any(Number) });
  expect((await media.died).message).toMatch(/^the media thread died: \S/);
  media.hush('both');
  await media.close();
});

/** util-linux, on every Debian. */
test.skipIf(!existsSync('/usr/bin/setpriv'))(
  'killed, a terminal leaves no program of its sound card behind (setpriv)',
  async () => {
    const pids = [join(folder, 'pid1'), join(folder, 'pid2')];
    const [capture, playback] = pids.map((path) => ['/bin/sh', '-c', `echo $$ > ${path}; exec sleep 1000`]);
    const options = {
      device: { kind: 'commands', capture, playback },
      recordings: { builtIn: folder },
      mediaTimeout: 1,
    };
    const start = pathToFileURL(join(folder, 'src/terminal/telephony/media/start.js')).href;
    const script = `import('${start}').then(({ startMedia }) => startMedia(${JSON.stringify(options)}))`;
    const terminal = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
    const written = (path: string) => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n');
    await until(() => pids.every(written));
    expect(pids.every((path) => running(Number(readFileSync(path, 'utf8'))))).toBe(true);
    terminal.kill('SIGKILL');
    await until(() => pids.every((path) => !running(Number(readFileSync(path, 'utf8')))));
  },
);

/** A process that is there and no zombie. */
function running(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
