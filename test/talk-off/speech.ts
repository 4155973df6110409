import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's asterisk-core-sounds-*-wav are installed, a folder for each voice. */
const SOUNDS = '/usr/share/asterisk/sounds';

/** A person's recordings, as one sound. */
export interface Voice {
  name: string;
  /** 8 kHz. */
  samples: Int16Array;
}

/** All that is installed, by voice. Empty where nothing is. */
export function voices(): Voice[] {
  if (!existsSync(SOUNDS)) return [];
  return readdirSync(SOUNDS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, samples: all(join(SOUNDS, name)) }))
    .filter(({ samples }) => samples.length > 0);
}

function all(folder: string): Int16Array {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.wav') && !file.startsWith('silence'),
  );
  const parts = files.sort().map((file) => readFileSync(join(folder, file)));
  const bodies = parts.map((file) => file.subarray(file.indexOf('data') + 8));
  const bytes = Buffer.concat(bodies.map((body) => body.subarray(0, body.length - (body.length % 2))));
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}
