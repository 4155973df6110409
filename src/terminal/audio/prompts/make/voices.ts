import { execFileSync } from 'node:child_process';
import { flite } from './flite.ts';
import type { Speaker, Speech, Spoken } from './texts.ts';
import type { Voice } from './voice.ts';
import { readWav } from './wav-file.ts';

/** Latin-American Spanish by a variant of espeak-ng's voice (Debian). */
function latin(variant: string): Voice {
  const options = ['-v', `es-419${variant}`, '-s', '160', '-a', '80'];
  return {
    settings: `espeak-ng 1.51 ${options.join(' ')}`,
    speak: async (text) => readWav(execFileSync('espeak-ng', [...options, '--stdout', text], { maxBuffer: 1 << 24 })),
  };
}

const VOICES: Readonly<Record<Speaker, Voice>> = {
  slt: flite('slt'),
  rms: flite('rms'),
  awb: flite('awb'),
  'es-419': latin(''),
  'es-419+f4': latin('+f4'),
};

/** Who speaks a language where nobody else is named. */
const USUAL: Readonly<Record<Speech, Speaker>> = { en: 'slt', es: 'es-419' };

/** Who speaks a text. */
export const voiceOf = ({ language, speaker }: Spoken): Voice => VOICES[speaker ?? USUAL[language]];
