import { execFileSync } from 'node:child_process';
import { flite } from './flite.ts';
import type { Speech } from './texts.ts';
import type { Voice } from './voice.ts';
import { readWav } from './wav-file.ts';

const ESPEAK = ['-v', 'es-419', '-s', '160', '-a', '80'];

/** Latin-American Spanish by espeak-ng (Debian). */
const latin: Voice = {
  settings: `espeak-ng 1.51 ${ESPEAK.join(' ')}`,
  speak: async (text) => readWav(execFileSync('espeak-ng', [...ESPEAK, '--stdout', text], { maxBuffer: 1 << 24 })),
};

/** Who speaks which language. */
export const VOICES: Readonly<Record<Speech, Voice>> = { en: flite, es: latin };
