import { z } from 'zod';
import { ModelId } from '../../../protocol/voice.ts';
import { KNOWN } from './known.ts';

const Value = z.number();

/** A straight line over what is known: its value at the usual, and what each of `KNOWN` adds. */
const Line = z.strictObject({ usual: Value, known: z.array(Value).length(KNOWN.length) });
export type Line = z.infer<typeof Line>;

/** What turns scores into likelihoods, learned from people of whom nobody was in what it is tried on. */
export const Calibration = z.strictObject({
  /** In plain words: what it was made of. */
  madeOf: z.string().max(500),
  /** The weight of each model's score, in the order in which they are weighed. */
  models: z
    .array(z.strictObject({ model: ModelId, weight: Line }))
    .min(1)
    .max(8),
  offset: Line,
  /** Rates of false accepts, falling, and the likelihood ratio (natural logarithm) that strangers reach so often. */
  falseAccepts: z.array(z.tuple([Value.gt(0).lt(1), Value])).min(1),
});
export type Calibration = z.infer<typeof Calibration>;

const at = ({ usual, known }: Line, values: readonly number[]) =>
  known.reduce((sum, factor, k) => sum + factor * (values[k] ?? 0), usual);

/** The log-likelihood ratio (natural) of one answer: never smaller for a greater score. */
export function ratioOf({ models, offset }: Calibration, scores: readonly number[], known: readonly number[]): number {
  return models.reduce(
    (sum, { weight }, n) => sum + Math.max(0, at(weight, known)) * (scores[n] ?? 0),
    at(offset, known),
  );
}

/**
 * Several answers of one call: the strongest for and the strongest against count in full, every other by half, since one microphone and one
 * room are in all of them. More that speaks for him never lowers the ratio, and more against never raises it.
 */
export function together(ratios: readonly number[]): number {
  const side = (sign: 1 | -1) => {
    const sizes = ratios.map((ratio) => Math.max(0, sign * ratio));
    const strongest = Math.max(0, ...sizes);
    return sign * (strongest + (sizes.reduce((sum, size) => sum + size, 0) - strongest) / 2);
  };
  return side(1) + side(-1);
}

/** Below it he is as surely a stranger as he would have to be himself to be accepted. */
export const strangerAt = (threshold: number, rate: number): number => Math.min(threshold, Math.log(rate / (1 - rate)));

/** The ratio from which on an answer is accepted where strangers may be so often: greater for a smaller rate. */
export function thresholdAt({ falseAccepts }: Pick<Calibration, 'falseAccepts'>, rate: number): number {
  const [first = [0.5, 0], ...rest] = falseAccepts;
  let [above, threshold] = first;
  // Outside the table a ratio is taken at its word: strangers are rarer by what it says.
  if (rate >= above) return threshold - Math.log(rate / above);
  for (const [below, next] of rest) {
    if (rate >= below) return threshold + ((next - threshold) * Math.log(above / rate)) / Math.log(above / below);
    [above, threshold] = [below, next];
  }
  return threshold + Math.log(above / rate);
}
