import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { clamp16, RATE } from '../../src/terminal/audio/frame.ts';
import { readWav } from '../../src/terminal/audio/wav.ts';
import type { Speaker } from './port.ts';

/** What no two answers of one person have alike: how fast, how high and how loud, and the pauses between words, s. */
const SPEED = 0.03;
const LOUDER = 3;
const PAUSE = { least: 0.06, most: 0.22 };
/** Peak of the room behind the speaker: about -66 dB below full scale. */
const ROOM = 32;

/** Says digits in a voice of `sim/site/voices`, each time a little otherwise by `chance` (0 to 1). 16 kHz. */
export function speakDigits(speaker: Speaker, digits: string, chance: () => number = Math.random): Int16Array {
  const between = (least: number, most: number) => least + (most - least) * chance();
  const speed = between(1 - SPEED, 1 + SPEED);
  const gain = 10 ** (between(-LOUDER, LOUDER) / 20);
  const words = [...digits].flatMap((digit) => [
    stretched(recorded(speaker, `n${digit}`), speed),
    new Float64Array(Math.round(RATE * between(PAUSE.least, PAUSE.most))),
  ]);
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const speech = new Int16Array(length);
  let at = 0;
  for (const word of words) {
    for (const sample of word) speech[at++] = clamp16(gain * sample + between(-ROOM, ROOM));
  }
  return speech;
}

/** Says his own name. 16 kHz. */
export const speakName = (speaker: Speaker): Int16Array => recorded(speaker, 'name');

const recorded = (speaker: Speaker, clip: string): Int16Array =>
  readWav(readFileSync(join(packageRoot(), 'sim/site/voices', speaker, `${clip}.wav`)), [RATE]).samples;

/** Played so much faster, in straight lines between samples: what that costs above 4 kHz no speaker model hears. */
function stretched(sound: Int16Array, speed: number): Float64Array {
  return Float64Array.from({ length: Math.floor((sound.length - 1) / speed) }, (_, n) => {
    const at = Math.floor(n * speed);
    const part = n * speed - at;
    return (1 - part) * (sound[at] ?? 0) + part * (sound[at + 1] ?? 0);
  });
}
