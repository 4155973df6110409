import { z } from 'zod';

const command = z
  .array(z.string().regex(/^[^\0]+$/, 'text without NUL is wanted'))
  .min(1, 'a program and its arguments are wanted, as [arecord, -q]');

/** A PCM of ALSA by name: `plughw:CARD=Handset`. */
const pcm = z
  .string()
  .regex(/^[\w:=,.\-/']{1,100}$/, 'a device as `aplay -L` lists them is wanted, as plughw:CARD=Handset');

const rate = z.union([z.literal(8_000), z.literal(16_000), z.literal(48_000)]);

/** Where the handset's sound comes from and goes to, as a board file says it. */
export const AudioWiring = z.discriminatedUnion('kind', [
  /** A sound card, by `arecord` and `aplay`. */
  z.strictObject({
    kind: z.literal('alsa'),
    capture: pcm,
    playback: pcm,
    /** Samples a second of the card: what it does by itself, so that nothing but us resamples. */
    rate: rate.default(48_000),
  }),
  /** Raw signed 16-bit little-endian mono: `capture` writes it to its output, `playback` reads it from its input. */
  z.strictObject({ kind: z.literal('commands'), capture: command, playback: command, rate: rate.default(16_000) }),
  z.strictObject({ kind: z.literal('simulated') }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type AudioWiring = z.infer<typeof AudioWiring>;
