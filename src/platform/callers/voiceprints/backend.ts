import { z } from 'zod';
import { ModelId } from '../../../protocol/voice.ts';

const Vector = z.array(z.number()).min(1).max(1_024);
const Cohort = z.array(Vector).min(20).max(2_000);

/** How what one model makes of voices is compared; it belongs to that model's file and no other. */
export const Backend = z.discriminatedUnion('kind', [
  /** The angle between two voices, of which what is common to all is taken away. The cohort is as the model makes it. */
  z.strictObject({ kind: z.literal('cosine'), model: ModelId, mean: Vector, cohort: Cohort }),
  /** Two-covariance PLDA, in a space where voices differ by `between` and what one person says by 1, each value by itself. */
  z.strictObject({ kind: z.literal('plda'), model: ModelId, between: Vector, cohort: Cohort }),
]);
export type Backend = z.infer<typeof Backend>;

/** One side of a comparison: a voice, and how like it strangers are. */
export interface Side {
  readonly voice: Float64Array;
  /** Answers that it is the mean of. */
  readonly answers: number;
  readonly strangers: { readonly mean: number; readonly spread: number };
}

/** So many of the cohort, those most like a voice, tell how like it a stranger is. */
const NEAREST = 100;

/** Compares voices by one model's backend, each score measured by those of strangers on either side (adaptive s-norm). */
export class Comparison {
  readonly #backend: Backend;
  readonly #cohort: readonly Float64Array[];

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#cohort = backend.cohort.map((one) => this.#placed(Float64Array.from(one)));
  }

  /** What one or several answers of a person are as one side. */
  side(answers: readonly Float64Array[]): Side {
    const placed = answers.map((answer) => this.#placed(answer));
    const mean = averaged(placed);
    const voice = this.#backend.kind === 'cosine' ? unit(mean) : mean;
    const scores = this.#cohort.map((stranger) => this.#raw(voice, answers.length, stranger)).sort((a, b) => b - a);
    return { voice, answers: answers.length, strangers: momentsOf(scores.slice(0, NEAREST)) };
  }

  /** How much more alike two sides are than strangers are to either, in spreads of strangers' scores. */
  score(enrolled: Side, answered: Side): number {
    const raw = this.#raw(enrolled.voice, enrolled.answers, answered.voice);
    return ([enrolled, answered] as const).reduce(
      (sum, { strangers }) => sum + (raw - strangers.mean) / strangers.spread / 2,
      0,
    );
  }

  #placed(answer: Float64Array): Float64Array {
    const { mean } = this.#backend.kind === 'cosine' ? this.#backend : { mean: null };
    return mean ? unit(answer.map((value, k) => value - (mean[k] ?? 0))) : answer;
  }

  #raw(voice: Float64Array, answers: number, other: Float64Array): number {
    return this.#backend.kind === 'cosine' ? dot(voice, other) : plda(this.#backend.between, voice, answers, other);
  }
}

/** Log-likelihood ratio that `other` is of the person of whom `voice` is the mean of so many answers. */
function plda(between: readonly number[], voice: Float64Array, answers: number, other: Float64Array): number {
  return between.reduce((sum, b, k) => {
    const known = b / (b + 1 / answers);
    const expected = known * (voice[k] ?? 0);
    const own = b - known * b + 1;
    const value = other[k] ?? 0;
    return sum + (value ** 2 / (b + 1) - (value - expected) ** 2 / own + Math.log((b + 1) / own)) / 2;
  }, 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] ?? 0);
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

const averaged = (vectors: readonly Float64Array[]): Float64Array =>
  Float64Array.from(vectors[0] ?? [], (_, k) => vectors.reduce((sum, one) => sum + (one[k] ?? 0), 0) / vectors.length);

function momentsOf(scores: readonly number[]): Side['strangers'] {
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const variance = scores.reduce((sum, one) => sum + (one - mean) ** 2, 0) / scores.length;
  return { mean, spread: Math.max(1e-6, Math.sqrt(variance)) };
}
