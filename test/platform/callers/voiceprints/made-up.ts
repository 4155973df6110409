import { createSecretKey, randomBytes } from 'node:crypto';
import type { Backend } from '../../../../src/platform/callers/voiceprints/backend.ts';
import type { Calibration } from '../../../../src/platform/callers/voiceprints/calibration.ts';
import { Judge } from '../../../../src/platform/callers/voiceprints/judge.ts';
import type { Judging } from '../../../../src/platform/callers/voiceprints/judging.ts';
import { KNOWN } from '../../../../src/platform/callers/voiceprints/known.ts';
import { OpenPrints } from '../../../../src/platform/callers/voiceprints/open-prints.ts';
import { packed } from '../../../../src/protocol/embedding.ts';
import type { VoiceFeatures } from '../../../../src/protocol/voice.ts';
import { Random } from '../../../terminal/call/random.ts';

export const SIZE = 24;
export const MODEL = 'made-up@0123456789ab';
/** About normal. */
export const chanceBy = (random: Random) => () =>
  Array.from({ length: 12 }, () => random.below(1_000) / 1_000).reduce((sum, one) => sum + one, -6);
/** What a person's voice is, about which each of his answers differs by chance. */
export const voiceBy = (chance: () => number) => Float64Array.from({ length: SIZE }, () => 3 * chance());
/** Voices of strangers. */
export const cohortBy = (chance: () => number) => Array.from({ length: 60 }, () => [...voiceBy(chance)]);

const flat = (usual: number) => ({ usual, known: KNOWN.map(() => 0) });
export const calibration: Calibration = {
  madeOf: 'nothing',
  models: [{ model: MODEL, weight: flat(3) }],
  offset: flat(-6),
  falseAccepts: [
    [0.1, 1],
    [0.01, 3],
  ],
};

export const pldaOf = (cohort: number[][]): Backend => ({
  ...{ kind: 'plda', model: MODEL, between: Array(SIZE).fill(9), cohort },
});

/** What is heard of an answer in which a voice is so. */
export const heard = (voice: Float64Array, more: Partial<VoiceFeatures> = {}): VoiceFeatures => ({
  embeddings: [{ model: MODEL, values: packed(Float32Array.from(voice)) }],
  ...{ netSeconds: 2, snr: 25, band: 'wide', level: -20, clipped: 0, ...more },
});

const chance = chanceBy(new Random(11));

/** A judge of people who are made up, and a key. */
export const madeUpJudging = (): Judging => ({
  key: createSecretKey(randomBytes(32)),
  judge: new Judge([pldaOf(cohortBy(chance))], calibration),
  open: new OpenPrints(),
});

/** Somebody who speaks: what is heard of him is never twice the same. */
export class Person {
  readonly #voice: Float64Array;

  constructor(voice: Float64Array = voiceBy(chance)) {
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
    const voice = this.#voice.map((value, k) => (1 - like) * value + like * (other.#voice[k] ?? 0) + differs());
    return heard(voice, more);
  }
}
