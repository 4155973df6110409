import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '../../src/terminal/audio/wav.ts';
import type { Random } from '../terminal/call/random.ts';
import type { Speaker } from './data.ts';

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

interface Voice {
  readonly name: string;
  /** A command that writes WAV of `text` to `file`; `speed` 1 is its usual. */
  readonly command: (text: string, file: string, speed: number) => readonly [string, readonly string[]];
}

const espeak = (voice: string): Voice => ({
  name: `espeak-ng ${voice}`,
  command: (text, file, speed) => ['espeak-ng', ['-v', voice, '-s', String(Math.round(150 * speed)), '-w', file, text]],
});
const flite = (voice: string): Voice => ({
  name: `flite ${voice}`,
  command: (text, file, speed) => [
    'flite',
    ['-voice', voice, '--setf', `duration_stretch=${(1 / speed).toFixed(2)}`, '-t', text, '-o', file],
  ],
});
const festival = (voice: string): Voice => ({
  name: `festival ${voice}`,
  command: (_text, file, speed) => [
    'text2wave',
    ['-o', file, '-eval', `(begin (voice_${voice}) (Parameter.set 'Duration_Stretch ${(1 / speed).toFixed(2)}))`],
  ],
});

const VOICES: readonly Voice[] = [
  ...['en-us', 'en-gb', 'en-us+f2', 'en-us+m3', 'en-gb-scotland+f4'].map(espeak),
  ...['kal16', 'awb', 'rms', 'slt'].map(flite),
  ...['kal_diphone', 'cmu_us_slt_arctic_hts'].map(festival),
];

/** Words of each synthetic voice whose engine is installed (Debian's espeak-ng, flite, festival): all digits, four times, not twice at one speed. */
export function synthesised(random: Random): Speaker[] {
  const folder = mkdtempSync(join(tmpdir(), 'voices-'));
  try {
    return VOICES.flatMap((voice) => {
      const said = [0, 1, 2, 3].flatMap(() =>
        DIGITS.map((word) => ({ word, sound: say(voice, word, folder, random) })),
      );
      const heard = said.flatMap(({ word, sound }) => (sound ? [{ word, sound }] : []));
      if (heard.length < said.length) return [];
      return [{ name: voice.name, words: heard.map(({ sound }) => sound), labels: heard.map(({ word }) => word) }];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Null where the engine is not there, or has not this voice: it is not installed everywhere. */
function say(voice: Voice, text: string, folder: string, random: Random): Int16Array | null {
  const file = join(folder, 'said.wav');
  rmSync(file, { force: true });
  const [command, args] = voice.command(text, file, 0.85 + random.below(300) / 1_000);
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'], input: text });
    const { rate, samples } = readWav(readFileSync(file), [8_000, 16_000, 22_050, 32_000, 44_100, 48_000]);
    return at16(samples, rate);
  } catch {
    return null;
  }
}

/** Straight lines between samples do for a voice that only has to be heard as one. */
function at16(samples: Int16Array, rate: number): Int16Array {
  const step = rate / 16_000;
  return Int16Array.from({ length: Math.floor((samples.length - 1) / step) }, (_, n) => {
    const at = Math.floor(n * step);
    const part = n * step - at;
    return (1 - part) * (samples[at] ?? 0) + part * (samples[at + 1] ?? 0);
  });
}
