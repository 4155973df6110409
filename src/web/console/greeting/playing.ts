import { GREETING_RATE } from '../../../protocol/greeting.ts';
import { samplesOf } from './sound.ts';

/** Plays a recording as it sounds on a phone; resolves at its end. */
export async function play(sound: Uint8Array): Promise<void> {
  const context = new AudioContext();
  try {
    const samples = samplesOf(sound);
    const buffer = context.createBuffer(1, samples.length, GREETING_RATE);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    const ended = new Promise((resolve) => source.addEventListener('ended', resolve, { once: true }));
    source.start();
    await ended;
  } finally {
    await context.close();
  }
}
