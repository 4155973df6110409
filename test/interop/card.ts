import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a microphone that hears one tone gives: raw samples at a sound card's pace, none before its time. */
const CAPTURE = `
const [frequency, level] = process.argv.slice(1).map(Number);
const amplitude = 32767 * 10 ** (level / 20);
const started = performance.now();
let n = 0;
setInterval(() => {
  const due = Math.floor((performance.now() - started) * 16);
  const samples = Buffer.alloc(2 * (due - n));
  for (let at = 0; n < due; n++, at += 2)
    samples.writeInt16LE(Math.round(amplitude * Math.sin((2 * Math.PI * frequency * n) / 16000)), at);
  process.stdout.write(samples);
}, 20);`;

/** A sound card as two programs: its microphone hears a tone, and what its earpiece plays is kept. */
export interface Card {
  /** What a board file says of it under `audio:`. */
  readonly audio: Record<string, unknown>;
  /** What was played, from sample `from` on, at 16 kHz. */
  played(from?: number): Int16Array;
  close(): void;
}

/** A card whose microphone hears `frequency`, Hz, at `level` dB below full scale. */
export function openCard(frequency: number, level: number): Card {
  const folder = mkdtempSync(join(tmpdir(), 'card-'));
  const file = join(folder, 'earpiece.raw');
  writeFileSync(file, '');
  return {
    audio: {
      kind: 'commands',
      capture: [process.execPath, '-e', CAPTURE, String(frequency), String(level)],
      // Writes what it gets at once, so that nothing is lost with it when it is killed.
      playback: ['tee', file],
      rate: 16_000,
    },
    played(from = 0) {
      const bytes = readFileSync(file).subarray(2 * from);
      return Int16Array.from({ length: bytes.length >> 1 }, (_, n) => bytes.readInt16LE(2 * n));
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
