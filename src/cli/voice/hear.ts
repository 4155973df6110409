import { readFileSync } from 'node:fs';
import type { VoiceFeatures } from '../../protocol/voice.ts';
import { NARROW_RATE, RATE } from '../../terminal/audio/frame.ts';
import { widened } from '../../terminal/audio/resample.ts';
import { readWav } from '../../terminal/audio/wav.ts';
import { voiceId } from '../../terminal/voice-id/engine.ts';
import { FileError, fileFault } from '../file.ts';

/**
 * Has the engine hear WAV files, one answer each.
 * @throws FileError for a file that cannot be read or is in another form
 * @throws Error where the engine cannot hear
 */
export async function hear(files: readonly string[]): Promise<VoiceFeatures[]> {
  const sounds = files.map(soundOf);
  const engine = voiceId();
  try {
    const heard: VoiceFeatures[] = [];
    for (const [n, sound] of sounds.entries()) {
      const analysis = await engine.analyse(sound);
      if (!analysis.judged) throw new Error(`${files[n]}: cannot be judged (${analysis.reason}): ${analysis.detail}`);
      heard.push(analysis.features);
    }
    return heard;
  } finally {
    await engine.close();
  }
}

/**
 * A WAV file of 16 or 8 kHz at 16 kHz.
 * @throws FileError for a file that cannot be read or is in another form
 */
export function soundOf(file: string): Int16Array {
  const bytes = bytesOf(file);
  try {
    const { rate, samples } = readWav(bytes, [RATE, NARROW_RATE]);
    return rate === RATE ? samples : widened(samples);
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    throw new FileError(`${file}: ${wrong}: ffmpeg -i ${file} -ar 16000 -ac 1 -c:a pcm_s16le OUT.wav makes one`);
  }
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw fileFault(file, error);
  }
}
