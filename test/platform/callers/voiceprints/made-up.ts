import { createSecretKey, randomBytes } from 'node:crypto';
import type { Calibration } from '../../../../src/platform/callers/voiceprints/calibration.ts';
import { Judge } from '../../../../src/platform/callers/voiceprints/judge.ts';
import type { Judging } from '../../../../src/platform/callers/voiceprints/judging.ts';
import { KNOWN } from '../../../../src/platform/callers/voiceprints/known.ts';
import { packed } from '../../../../src/protocol/embedding.ts';
import type { VoiceFeatures } from '../../../../src/protocol/voice.ts';
import { Random } from '../../../terminal/call/random.ts';

const SIZE = 24;
const MODEL = 'made-up@0123456789ab';
const random = new Random(11);
/** About normal. */
const chance = () => Array.from({ length: 12 }, () => random.below(1_000) / 1_000).reduce((sum, one) => sum + one, -6);
const someone = () => Float64Array.from({ length: SIZE }, () => 3 * chance());

const flat = (usual: number) => ({ usual, known: KNOWN.map(() => 0) });
const calibration: Calibration = {
  madeOf: 'nothing',
  models: [{ model: MODEL, weight: flat(3) }],
  offset: flat(-6),
  falseAccepts: [
    [0.1, 1],
    [0.01, 3],
  ],
};

/** A judge of people who are made up, and a key. */
export const madeUpJudging = (): Judging => ({
  key: createSecretKey(randomBytes(32)),
  judge: new Judge(
    [
      {
        kind: 'plda',
        model: MODEL,
        between: Array(SIZE).fill(9),
        cohort: Array.from({ length: 60 }, () => [...someone()]),
      },
    ],
    calibration,
  ),
});

/** Somebody who speaks: what is heard of him is never twice the same. */
export class Person {
  readonly #voice: Float64Array;

  constructor(voice: Float64Array = someone()) {
    this.#voice = voice;
  }

  /** Himself by a handset that makes all sound so much like `sound`. */
  by(sound: Person, much: number): Person {
    return new Person(this.#voice.map((value, k) => (1 - much) * value + much * (sound.#voice[k] ?? 0)));
  }

  /** Somebody as unlike him as can be. */
  get stranger(): Person {
    return new Person(this.#voice.map((value) => -value));
  }

  /** @param like part of his voice that is another's: just so much, without what differs from one answer to the next */
  says(more: Partial<VoiceFeatures> = {}, other: Person = this, like = 0): VoiceFeatures {
    const differs = () => (like > 0 ? 0 : 0.6 * chance());
    const heard = this.#voice.map((value, k) => (1 - like) * value + like * (other.#voice[k] ?? 0) + differs());
    return {
      embeddings: [{ model: MODEL, values: packed(Float32Array.from(heard)) }],
      ...{ netSeconds: 2, snr: 25, band: 'wide', level: -20, clipped: 0, ...more },
    };
  }
}
