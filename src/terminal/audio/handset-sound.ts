import { z } from 'zod';

const decibels = (least: number, most: number) =>
  z.number().min(least, `at least ${least} dB is wanted`).max(most, `at most ${most} dB is wanted`);

/** At which levels a loop-back test (`loopback/judge.ts`) draws its lines. */
export const LoopbackLimits = z.strictObject({
  faintest: decibels(-100, 0)
    .default(-62)
    .describe('Less of the probe than this coming back is crosstalk of the cord and counts as none, dB.'),
  healthy: decibels(-100, 0)
    .default(-52)
    .describe(
      'At least so much of it comes back from a whole handset, dB: where a room is too loud to hear that, nothing is said of the earpiece.',
    ),
  loudest: decibels(-60, 20).default(-14).describe('More of it than this comes by a wire and not through the air, dB.'),
  even: decibels(0, 12)
    .default(0.8)
    .describe('What comes back evener over the band than this, and louder than `wired`, comes by a wire, dB.'),
  wired: decibels(-80, 20).default(-30).describe('See `even`, dB.'),
  room: decibels(-100, -20)
    .default(-67)
    .describe('Noise of at least this is that of a room: the microphone lives, dBFS.'),
  bare: decibels(-110, -20)
    .default(-72)
    .describe('Noise of at most this is that of an input with no microphone on it, dBFS.'),
  dead: decibels(-120, -40)
    .default(-84)
    .describe('All that is heard being softer than this, the input is shorted or muted, dBFS.'),
});
export type LoopbackLimits = z.infer<typeof LoopbackLimits>;

/** What is done to the sound of a handset: part of a board file. */
export const HandsetSound = z.strictObject({
  profile: z
    .enum(['standard', 'hearing-aid', 'tty'])
    .default('standard')
    .describe(
      'For whom: `hearing-aid` for telecoils, whose aids have a limiter of their own; `tty` for text telephones (Baudot): sound is neither bent nor limited, and people get three times as long.',
    ),
  microphone: decibels(-30, 30).default(0).describe('Gain of the microphone, dB.'),
  earpiece: decibels(-40, 20)
    .default(0)
    .describe(
      'Gain of the earpiece, dB. The steps of the volume keys come on top: where 20 dB more is louder than full scale, be softer here and louder in the amplifier.',
    ),
  sidetone: decibels(-40, -6)
    .optional()
    .describe(
      'How loud people hear themselves, dB against the microphone. Not given: not at all, as most handsets do it themselves, and without the delay of a sound card.',
    ),
  loopback: LoopbackLimits.prefault({}).describe(
    'The lines that a loop-back test draws between a whole handset and a broken one.',
  ),
});
export type HandsetSound = z.infer<typeof HandsetSound>;

/** A handset of which nothing is known. */
export const plainHandset = (): HandsetSound => HandsetSound.parse({});
