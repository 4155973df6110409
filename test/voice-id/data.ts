import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, parse } from 'node:path';
import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { clamp16 } from '../../src/terminal/audio/frame.ts';
import { readWav } from '../../src/terminal/audio/wav.ts';

/** What a person says, word by word: 16 kHz. */
export interface Speaker {
  readonly name: string;
  readonly words: readonly Int16Array[];
  /** Which words these are: the names of their files up to a `_`. */
  readonly labels: readonly string[];
}

/**
 * People of a data set: a folder for each, a file for each word (FLAC or WAV, 16 kHz, mono), or a tar of these.
 * @throws Error naming the file and what to do
 */
export async function speakersOf(data: string): Promise<Speaker[]> {
  if (statSync(data).isDirectory()) return read(data);
  const folder = mkdtempSync(join(tmpdir(), 'voices-'));
  try {
    execFileSync('tar', ['-xf', data, '-C', folder]);
    return await read(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function read(folder: string): Promise<Speaker[]> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  const speakers: Speaker[] = [];
  const people = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of people.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const words: Int16Array[] = [];
    const files = readdirSync(join(folder, name)).sort();
    for (const file of files) words.push(await samplesOf(join(folder, name, file), decoder));
    speakers.push({ name, words, labels: files.map((file) => parse(file).name.split('_')[0] ?? '') });
  }
  decoder.free();
  if (speakers.length < 2) throw new Error(`${folder}: a folder for each of at least two people is wanted`);
  return speakers;
}

async function samplesOf(file: string, decoder: FLACDecoder): Promise<Int16Array> {
  const bytes = readFileSync(file);
  if (extname(file) === '.wav') return readWav(bytes, [16_000]).samples;
  if (extname(file) !== '.flac')
    throw new Error(`${file}: FLAC or WAV is wanted: ffmpeg -i ${file} -ar 16000 -ac 1 OUT.flac makes one`);
  const { channelData, sampleRate } = await decoder.decodeFile(bytes);
  await decoder.reset();
  const [only, ...more] = channelData;
  if (!only || more.length > 0 || sampleRate !== 16_000)
    throw new Error(`${file}: ${sampleRate} Hz, ${channelData.length} channels; 16000 Hz, mono is wanted`);
  return Int16Array.from(only, (sample) => clamp16(32_768 * sample));
}
