import { packed } from '../../protocol/embedding.ts';
import type { VoiceFeatures } from '../../protocol/voice.ts';
import { RATE } from '../audio/frame.ts';
import { voiced } from './activity.ts';
import { framesOf } from './frames.ts';
import type { Models } from './loading.ts';
import { measure } from './measure.ts';
import type { Piece } from './port.ts';
import type { Extractor, Sherpa, Vad } from './sherpa.ts';
import { lengthOf, piecesOf, type Span } from './span.ts';
import { voicing } from './voicing.ts';

/** Longer answers are heard up to here, s. */
const LONGEST = 20;
/** Samples that Silero's model takes at a time. */
const WINDOW = 512;
/** Less speech than this says nothing of a voice, s. */
const LEAST = 0.3;

/** Loads the models, and hears answers with them. Native code: only ever in a process that may die of it. */
export class Ear {
  readonly #vad: Vad;
  readonly #extractors: readonly { readonly model: string; readonly extractor: Extractor }[];

  constructor(sherpa: Sherpa, { activity, speakers }: Models) {
    const sileroVad = {
      model: activity.path,
      // Low: what it finds only vouches for what is loud.
      threshold: 0.2,
      minSilenceDuration: 0.1,
      minSpeechDuration: 0.1,
      maxSpeechDuration: LONGEST,
      windowSize: WINDOW,
    };
    const one = { numThreads: 1, debug: 0 };
    this.#vad = new sherpa.Vad({ sileroVad, sampleRate: RATE, ...one }, LONGEST + 1);
    this.#extractors = speakers.map(({ path, id }) => ({
      model: id,
      extractor: new sherpa.SpeakerEmbeddingExtractor({ model: path, ...one }),
    }));
  }

  /** What can be told of an answer, 16 kHz, mono. */
  hear(whole: Int16Array, of: Piece): VoiceFeatures {
    const answer = whole.subarray(0, LONGEST * RATE);
    const speech = voiced(answer, [...this.#speechIn(answer), ...voicing(answer)]);
    const netSeconds = lengthOf(speech) / RATE;
    const voice = piecesOf(answer, speech);
    const measured = { netSeconds, ...measure(answer, speech, voice) };
    if (netSeconds < LEAST) return { embeddings: [], ...measured };
    const samples = floats(voice);
    return {
      embeddings: this.#extractors.map((each) => embedding(each, samples)),
      ...measured,
      ...(of === 'answer' && { frames: framesOf(voice) }),
    };
  }

  #speechIn(answer: Int16Array): Span[] {
    const vad = this.#vad;
    const spans: Span[] = [];
    vad.reset();
    for (let at = 0; at + WINDOW <= answer.length; at += WINDOW)
      vad.acceptWaveform(floats(answer.subarray(at, at + WINDOW)));
    vad.flush();
    for (; !vad.isEmpty(); vad.pop()) {
      const { start, samples } = vad.front(false);
      // Padding may go over either end, and neighbours touch.
      const from = Math.max(spans.at(-1)?.end ?? 0, start);
      spans.push({ start: from, end: Math.min(answer.length, start + samples.length) });
    }
    return spans;
  }
}

function embedding({ model, extractor }: { model: string; extractor: Extractor }, samples: Float32Array) {
  const stream = extractor.createStream();
  stream.acceptWaveform({ sampleRate: RATE, samples });
  stream.inputFinished();
  return { model, values: packed(extractor.compute(stream, false)) };
}

/** By a loop: `Float32Array.from` with a function takes ten times as long. */
function floats(samples: Int16Array): Float32Array {
  const out = new Float32Array(samples.length);
  for (let n = 0; n < samples.length; n++) out[n] = (samples[n] as number) / 32_768;
  return out;
}
