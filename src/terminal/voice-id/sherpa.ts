import { createRequire } from 'node:module';
import { CannotLoad } from './loading.ts';

/** A CommonJS package: it asks for its native part by name. */
const require = createRequire(import.meta.url);

/** What is used of `sherpa-onnx-node`, which has no types of its own. Its objects' memory is given back by the garbage collector only. */
export interface Sherpa {
  readonly Vad: new (config: object, bufferSeconds: number) => Vad;
  readonly SpeakerEmbeddingExtractor: new (config: object) => Extractor;
}

export interface Vad {
  acceptWaveform(samples: Float32Array): void;
  isEmpty(): boolean;
  /** `external`: memory is shared and not copied. */
  front(external: boolean): { start: number; samples: Float32Array };
  pop(): void;
  flush(): void;
  reset(): void;
}

export interface Extractor {
  createStream(): Stream;
  compute(stream: Stream, external: boolean): Float32Array;
}

interface Stream {
  acceptWaveform(sound: { sampleRate: number; samples: Float32Array }): void;
  inputFinished(): void;
}

/** @throws CannotLoad where there is no native part for this machine */
export function loadSherpa(): Sherpa {
  try {
    return require('sherpa-onnx-node') as Sherpa;
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n');
    const machine = `${process.platform} ${process.arch}`;
    throw new CannotLoad('not-supported', `sherpa-onnx-node does not load on ${machine}: run npm ci (${line})`);
  }
}
