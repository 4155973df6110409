import { GREETING_RATE } from '../../../protocol/greeting.ts';

/** No file is read that is larger, bytes, and no recording that is longer, s: it is a name. */
const [LARGEST, LONGEST] = [10_000_000, 10];

/** What the browser can make of a file of sound, at 8 kHz, all channels as one; else what is wrong with it. */
export async function decoded(file: Blob): Promise<Float64Array | 'unreadable' | 'long'> {
  if (file.size > LARGEST) return 'long';
  const context = new OfflineAudioContext(1, 1, GREETING_RATE);
  const buffer = await context.decodeAudioData(await file.arrayBuffer()).catch(() => null);
  if (!buffer) return 'unreadable';
  if (buffer.duration > LONGEST) return 'long';
  const channels = Array.from({ length: buffer.numberOfChannels }, (_, n) => buffer.getChannelData(n));
  return Float64Array.from(
    { length: buffer.length },
    (_, n) => channels.reduce((sum, samples) => sum + (samples[n] ?? 0), 0) / channels.length,
  );
}
