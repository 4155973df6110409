import { z } from 'zod';
import { HandsetSound } from '../handset-sound.ts';

const command = z
  .array(z.string().regex(/^[^\0]+$/, 'text without NUL is wanted'))
  .min(1, 'a program and its arguments are wanted, as [arecord, -q]');

/** A PCM of ALSA by name: `plughw:CARD=Handset`. */
const pcm = z
  .string()
  .regex(/^[\w:=,.\-/']{1,100}$/, 'a device as `aplay -L` lists them is wanted, as plughw:CARD=Handset')
  .describe(
    'A PCM by name: `arecord -L` and `aplay -L` list them. Name the card, as plughw:CARD=Handset: `default` is often not there when a service starts. plughw converts what the card cannot do itself.',
  );

const rate = z.union([z.literal(8_000), z.literal(16_000), z.literal(48_000)]);

const handset = HandsetSound.prefault({}).describe('Levels of the handset, and for whom it is.');

/** Where the handset's sound comes from and goes to, as a board file says it. */
export const AudioWiring = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('alsa').describe('A sound card, by `arecord` and `aplay`.'),
    capture: pcm,
    playback: pcm,
    rate: rate
      .default(48_000)
      .describe('Samples a second of the card: what it does by itself, so that nothing but us resamples.'),
    handset,
  }),
  z.strictObject({
    kind: z.literal('commands').describe('Any two programs, with raw signed 16-bit little-endian mono.'),
    capture: command.describe('A program that writes what the microphone hears to its output.'),
    playback: command.describe('A program that plays what it reads from its input.'),
    rate: rate.default(16_000).describe('Samples a second of both programs.'),
    handset,
  }),
  z.strictObject({ kind: z.literal('simulated').describe('No card: software plays the handset.'), handset }),
  z.strictObject({ kind: z.literal('none').describe('No sound.') }),
]);
export type AudioWiring = z.infer<typeof AudioWiring>;
