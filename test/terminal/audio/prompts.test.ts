import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SPEAKERS } from '../../../sim/world/port.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { LANGUAGES } from '../../../src/protocol/units.ts';
import { activeLevel, LEVEL, PEAK, peak, RATE } from '../../../src/terminal/audio/prompts/make/finish.ts';
import { fingerprint, Manifest, source } from '../../../src/terminal/audio/prompts/make/manifest.ts';
import { record } from '../../../src/terminal/audio/prompts/make/record.ts';
import { goesOn, readTexts, type Spoken, startsAnew, words } from '../../../src/terminal/audio/prompts/make/texts.ts';
import { readWav } from '../../../src/terminal/audio/prompts/make/wav-file.ts';
import { parseWav } from '../../../src/terminal/audio/wav.ts';
import { PROMPTS } from '../../../src/terminal/call/clip.ts';

const ours = join(packageRoot(), 'src/terminal/audio/prompts');
const demonstration = join(packageRoot(), 'sim/site/recordings');
const voices = join(packageRoot(), 'sim/site/voices');
const folders = [
  ...LANGUAGES.map((language) => [ours, language] as const),
  [demonstration, 'names'] as const,
  ...SPEAKERS.map((speaker) => [voices, speaker] as const),
];

const texts = (folder: string, name: string) => readTexts(join(folder, `${name}.yaml`));
const wav = (folder: string, name: string, clip: string) => readFileSync(join(folder, name, `${clip}.wav`));
const manifest = (folder: string): Manifest =>
  Manifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
const espeak = (() => {
  try {
    return /NG text-to-speech: 1\.51 /.test(execFileSync('espeak-ng', ['--version']).toString());
  } catch {
    return false;
  }
})();

/** Seconds before and after what is louder than -50 dB. */
function margins(samples: Float64Array): { before: number; after: number } {
  const loud = (sample: number) => Math.abs(sample) > 10 ** (-50 / 20);
  return {
    before: samples.findIndex(loud) / RATE,
    after: (samples.length - 1 - samples.findLastIndex(loud)) / RATE,
  };
}

describe.each(LANGUAGES)('the recordings in %s', (language) => {
  it('are those that the call flow can name, and no others', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `letter-${letter}`);
    const wanted = [...PROMPTS, ...Array.from({ length: 100 }, (_, n) => `n${n}`), ...letters].sort();
    expect(
      texts(ours, language)
        .map(({ clip }) => clip)
        .sort(),
    ).toEqual(wanted);
    expect(readdirSync(join(ours, language)).sort()).toEqual(wanted.map((clip) => `${clip}.wav`).sort());
  });

  it('do not keep a caller: nothing is longer than seven seconds', () => {
    for (const { clip } of texts(ours, language)) {
      expect(parseWav(wav(ours, language, clip)).length / RATE, clip).toBeLessThan(7);
    }
  });

  it('play numbers one after the other without a gap', () => {
    for (const { clip, text } of texts(ours, language)) {
      const { before, after } = margins(readWav(wav(ours, language, clip)).samples);
      expect(before, clip).toBeLessThan(startsAnew(text) ? 0.25 : 0.1);
      expect(after, clip).toBeLessThan(goesOn(text) ? 0.1 : 0.3);
    }
  });
});

describe.each(folders)('%s/%s', (folder, name) => {
  it('holds what its texts say, as the manifest has it', () => {
    const made = manifest(folder);
    const entries = texts(folder, name).map((spoken): [string, Manifest[string]] => [
      `${name}/${spoken.clip}`,
      { from: source(spoken), wav: fingerprint(wav(folder, name, spoken.clip)) },
    ]);
    expect(Object.fromEntries(entries), 'run `npm run prompts` after a change').toEqual(
      Object.fromEntries(Object.entries(made).filter(([clip]) => clip.startsWith(`${name}/`))),
    );
  });

  it('is 16 kHz PCM, level within 1 dB, never clipped, as long as its text is', () => {
    for (const { clip, text } of texts(folder, name)) {
      const file = wav(folder, name, clip);
      const { samples, rate } = readWav(file);
      expect(rate, clip).toBe(RATE);
      expect(parseWav(file).length, clip).toBe(samples.length);
      expect(Math.abs(activeLevel(samples) - LEVEL), clip).toBeLessThan(1);
      expect(peak(samples), clip).toBeLessThan(PEAK);
      // Speech has 4 to 25 letters a second; a breath and the margins come on top.
      const letters = words(text).replace(/[^\p{L}]/gu, '').length;
      expect(samples.length / RATE, clip).toBeGreaterThan(0.1 + letters / 25);
      expect(samples.length / RATE, clip).toBeLessThan(0.8 + letters / 4);
    }
  });
});

describe('a recording made again', () => {
  const again = async (spoken: Spoken | undefined, language: string) => {
    if (!spoken) throw new Error('no such text');
    expect(await record(spoken), spoken.clip).toEqual(wav(ours, language, spoken.clip));
  };
  const pick = (language: string, clip: string) => texts(ours, language).find((each) => each.clip === clip);

  it('is the same to the last bit in English', async () => {
    for (const clip of ['n77', 'enter-pin', 'you-have']) await again(pick('en', clip), 'en');
  });

  it.skipIf(!espeak)('is the same to the last bit in Spanish (needs espeak-ng 1.51)', async () => {
    for (const clip of ['n77', 'enter-pin', 'you-have']) await again(pick('es', clip), 'es');
  });
});
