import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { joined } from '../../../src/terminal/audio/frame.ts';
import { widened } from '../../../src/terminal/audio/resample.ts';
import { readWav } from '../../../src/terminal/audio/wav.ts';

/** The process of the engine, compiled (`npm run build`). */
export const PROGRAM = join(packageRoot(), 'dist/src/terminal/voice-id/voice-child.js');

const SOUNDS = '/usr/share/asterisk/sounds';
/** Five recordings of four people, of Debian's asterisk-core-sounds-*-wav: Allison speaks English and Spanish. */
export const PEOPLE = ['en_US_f_Allison', 'es_MX_f_Allison', 'fr_CA_f_June', 'it_IT_m_Carlo', 'ru_RU_f_IvrvoiceRU'];
export const recorded = PEOPLE.every((name) => existsSync(join(SOUNDS, name, 'digits')));

/** A person saying digits one after another, with pauses: 16 kHz, of a recording at 8. */
export function digits(person: string, which: string): Int16Array {
  const words = [...which].map((digit) =>
    readWav(readFileSync(join(SOUNDS, person, 'digits', `${digit}.wav`)), [8_000]),
  );
  return widened(joined(words.flatMap(({ samples }) => [samples, new Int16Array(1_600)])));
}

/** A synthetic voice of `espeak-ng`, brought to 16 kHz from 22.05. `speed` in words a minute. */
export function synthetic(voice: string, text: string, speed = 140): Int16Array {
  const spoken = execFileSync('espeak-ng', ['-v', voice, '-s', String(speed), '--stdout', text]);
  const { rate, samples } = readWav(spoken, [22_050]);
  const step = rate / 16_000;
  // Straight lines between samples do for a voice that only has to be heard as one.
  return Int16Array.from({ length: Math.floor((samples.length - 1) / step) }, (_, n) => {
    const at = Math.floor(n * step);
    const part = n * step - at;
    return (1 - part) * (samples[at] ?? 0) + part * (samples[at + 1] ?? 0);
  });
}
