import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alsaDevice } from '../../../src/terminal/audio/device/alsa.ts';
import { AudioWiring } from '../../../src/terminal/audio/device/wiring.ts';
import { Handset } from '../../../src/terminal/audio/handset.ts';
import { plainHandset } from '../../../src/terminal/audio/handset-sound.ts';
import { Ticker } from '../../../src/terminal/audio/ticker.ts';
import { levelAt, toneFrames } from '../../signal.ts';
import { fidelity } from './fidelity.ts';
import { Ticked } from './ticked.ts';

const ALSA = existsSync('/usr/bin/aplay') && existsSync('/usr/bin/arecord');

let folder: string;
let ticked: Ticked;
const path = process.env.PATH;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alsa-'));
  ticked = new Ticked();
});
afterEach(async () => {
  await ticked.close();
  process.env.PATH = path;
  delete process.env.ALSA_CONFIG_PATH;
  await rm(folder, { recursive: true, force: true });
});

const wiring = (settings: object = {}) => {
  const audio = AudioWiring.parse({ kind: 'alsa', capture: 'card', playback: 'card', ...settings });
  if (audio.kind !== 'alsa') throw new Error('alsa is wanted');
  return alsaDevice(audio);
};

/** Puts scripts in the place of `arecord` and `aplay`. */
async function standIn(scripts: { arecord: string; aplay: string }): Promise<void> {
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  process.env.PATH = `${folder}:${path}`;
}

const samples = async (file: string) => {
  const bytes = await readFile(file);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, n) => bytes.readInt16LE(2 * n));
};

/** A microphone that gives silence at the pace of a card, for as long as `alive` is there. */
const microphone = (alive: string) =>
  `test -e ${alive} || { echo 'arecord: main:831: audio open error: No such file or directory' >&2; exit 1; }
   while test -e ${alive}; do head -c 9600 /dev/zero; sleep 0.1; done
   echo 'arecord: pcm_read:2145: read error: No such device' >&2; exit 1`;

describe('a card that comes and goes', () => {
  it('is told with its remedy while it is missing, and well when it is there', async () => {
    const alive = join(folder, 'alive');
    await standIn({ arecord: microphone(alive), aplay: `test -e ${alive} && exec cat >/dev/null; exit 1` });
    ticked.start(wiring({ capture: 'plughw:CARD=Handset', playback: 'plughw:CARD=Handset' }));
    await ticked.until(() => ticked.told.length > 0);
    // This machine has no card of that name.
    expect(ticked.told[0]).toMatch(
      /^fault: handset sound: (card Handset is not there|no sound card is there): plug it in/,
    );
    await writeFile(alive, '');
    await ticked.until(() => ticked.told.length > 1);
    expect(ticked.told.slice(1)).toEqual(['ok: handset sound: capture and playback run']);
  });

  it('and is back soon costs nothing: sound goes on, nothing is told', { timeout: 60_000 }, async () => {
    const alive = join(folder, 'alive');
    await writeFile(alive, '');
    const played = join(folder, 'played');
    await standIn({ arecord: microphone(alive), aplay: `exec cat >>${played}` });
    ticked.start({ ...wiring(), blink: 3_000 }, toneFrames(440, -12));
    await ticked.until(() => ticked.told.length > 0);
    await rm(alive);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await writeFile(alive, '');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(ticked.told).toEqual(['ok: handset sound: capture and playback run']);
    expect(levelAt((await samples(played)).slice(-24_000), 440, 48_000)).toBeGreaterThan(-15);
  });

  it('and stays away is told', { timeout: 60_000 }, async () => {
    const alive = join(folder, 'alive');
    await writeFile(alive, '');
    await standIn({ arecord: microphone(alive), aplay: 'exec cat >/dev/null' });
    ticked.start({ ...wiring(), blink: 500 });
    await ticked.until(() => ticked.told.length > 0);
    await rm(alive);
    await ticked.until(() => ticked.told.length > 1);
    expect(ticked.told[1]).toMatch(/^fault: handset sound: /);
  });
});

describe('lost sound', () => {
  it('is counted by what arecord and aplay say of it, and told at most once in ten seconds', {
    timeout: 60_000,
  }, async () => {
    const alive = join(folder, 'alive');
    await writeFile(alive, '');
    await standIn({
      arecord: `echo 'overrun!!! (at least 12.345 ms long)' >&2; ${microphone(alive)}`,
      aplay: `for n in 1 2 3; do echo 'underrun!!! (at least 2.000 ms long)' >&2; sleep 0.3; done; exec cat >/dev/null`,
    });
    const handset = new Handset(wiring(), plainHandset(), {
      state: (state) => ticked.told.push(state),
      malformed: (detail) => ticked.told.push(detail),
      stir: () => {},
      xrun: (part, count) => ticked.told.push(`${part} ${count}`),
    });
    const ticker = new Ticker(() => handset.write(new Float32Array(320)));
    ticked.keep(handset, ticker);
    await ticked.until(() => handset.lost.capture === 1 && handset.lost.playback === 3);
    expect(ticked.told.filter((line) => line !== 'ok').sort()).toEqual(['capture 1', 'playback 1']);
  });
});

describe.skipIf(!ALSA)('arecord and aplay (alsa-utils)', () => {
  /** A card that does 48 kHz and nothing else, in stereo as most are, whose sound goes to a file. */
  const card = async () => {
    const file = join(folder, 'card.raw');
    const config = join(folder, 'asound.conf');
    await writeFile(
      config,
      `pcm.card {
         type plug
         slave { pcm { type file slave.pcm { type null } file "${file}" format raw } rate 48000 format S16_LE channels 2 }
       }`,
    );
    process.env.ALSA_CONFIG_PATH = config;
    return file;
  };
  const raw = async (frames: Int16Array) => {
    const file = join(folder, 'sound.raw');
    await writeFile(file, Buffer.from(frames.buffer));
    return file;
  };
  const sine = (hz: number, rate: number) =>
    Int16Array.from({ length: rate }, (_, n) => Math.round(16_384 * Math.sin((2 * Math.PI * hz * n) / rate)));
  const play = (options: ReturnType<typeof alsaDevice>, file: string) => {
    const [program = '', ...args] = options.playback;
    return execFileSync(program, [...args.filter((arg) => arg !== '--quiet'), '--verbose', file], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  };
  const left = (stereo: Int16Array) => stereo.filter((_, n) => n % 2 === 0);

  it("play a card's own rate as it is; at another, ALSA would interpolate in straight lines", async () => {
    const file = await card();
    const own = sine(3_000, 48_000);
    play(wiring(), await raw(own));
    // To the last bit, in both channels.
    const heard = await samples(file);
    expect(left(heard).subarray(0, own.length)).toEqual(own);
    expect(heard.filter((_, n) => n % 2 === 1).subarray(0, own.length)).toEqual(own);
    await rm(file);
    play(wiring({ rate: 16_000 }), await raw(sine(3_000, 16_000)));
    const { rest } = fidelity(left(await samples(file)).subarray(4_800, 43_200), 3_000, 48_000);
    expect(rest).toBeGreaterThan(-40);
  });

  it('say why a card cannot be had, and the terminal says what to do', async () => {
    ticked.start(wiring({ capture: 'hw:CARD=Nonesuch', playback: 'hw:CARD=Nonesuch' }));
    await ticked.until(() => ticked.told.length > 0);
    expect(ticked.told[0]).toMatch(
      /^fault: handset sound: (card Nonesuch is not there|no sound card is there): plug it in/,
    );
  });
});
