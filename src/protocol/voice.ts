import { z } from 'zod';
import { Hidden } from './hidden.ts';

/** A speaker model's file, by name and the first 12 digits of its SHA-256: what other models say of a voice cannot be compared. */
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}@[0-9a-f]{12}$/);
export type ModelId = z.infer<typeof ModelId>;

/** What one model makes of a voice. */
const Embedding = z.strictObject({
  model: ModelId,
  /** Its values, 32-bit floats in little-endian order, as base64. */
  values: z.base64().max(8_192),
});

/** Values of each frame: what a sound's spectrum is shaped like, its loudness first. */
export const CEPSTRA = 12;

/** Speech alone in small: frames of `CEPSTRA` values, each an eighth in 8 bits (signed), as base64. */
const Frames = z.strictObject({
  /** From one to the next, ms: longer where there would be too many. */
  step: z.int().min(20).max(1_000),
  values: z.base64().max(4_096),
});
export type Frames = z.infer<typeof Frames>;

/** What a phone tells of one spoken answer: all that is judged. The sound itself stays where it was heard. */
export const VoiceFeatures = z.strictObject({
  /** One of each model, in its order; none where there was no speech to speak of. */
  embeddings: z.array(Embedding).max(8),
  /** Speech alone, without pauses. */
  netSeconds: z.number().min(0).max(60),
  /** Speech over what is heard between it, dB. */
  snr: z.number().min(-60).max(90),
  /** `narrow` holds nothing above the telephone's 3400 Hz. */
  band: z.enum(['wide', 'narrow']),
  /** Of the speech, dB of full scale (root mean square). */
  level: z.number().min(-120).max(0),
  /** Part of the speech's samples that are at full scale. */
  clipped: z.number().min(0).max(1),
  /** What was said, for the gate of words; not told of what holds no speech. */
  frames: Frames.optional(),
});
export type VoiceFeatures = z.infer<typeof VoiceFeatures>;

/** Why an answer is not fit to be judged. */
export const Unfit = z.enum(['too-little-speech', 'too-soft', 'clipped', 'too-noisy']);
export type Unfit = z.infer<typeof Unfit>;

/** From where on an answer is fit. */
export interface Fitness {
  readonly netSeconds: number;
  readonly level: number;
  readonly clipped: number;
  readonly snr: number;
}

/** An enrolment is compared with for years and can be asked for again at once; a later answer is taken as it comes, within reason. */
export const FIT: Readonly<Record<'enrolment' | 'answer', Fitness>> = {
  enrolment: { netSeconds: 1.5, level: -45, clipped: 0.005, snr: 10 },
  answer: { netSeconds: 0.8, level: -50, clipped: 0.02, snr: 3 },
};

/** All that makes an answer unfit, what matters most first: without speech nothing else is said of it. */
export function unfit(features: VoiceFeatures, fit: Fitness): Unfit[] {
  if (features.netSeconds < fit.netSeconds || features.embeddings.length === 0) return ['too-little-speech'];
  const all: Unfit[] = [];
  if (features.level < fit.level) all.push('too-soft');
  if (features.clipped > fit.clipped) all.push('clipped');
  if (features.snr < fit.snr) all.push('too-noisy');
  return all;
}

/** What is told of a voice at once: answers, or windows of a call; `first`: of windows, those that the call began with. */
export const Voices = z.strictObject({
  answers: z.array(VoiceFeatures).min(1).max(4),
  first: z.array(VoiceFeatures).max(4),
});
export type Voices = z.infer<typeof Voices>;

/** Features of a caller's voice: revealed for sealing them, and to the judge of the platform. */
export class Voice extends Hidden<'voice', Voices> {
  constructor(voices: Voices) {
    super('voice', voices);
  }
}
