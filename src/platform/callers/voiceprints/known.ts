import type { VoiceFeatures } from '../../../protocol/voice.ts';

/** What is known of an answer and of the enrolment it is compared with, besides the voices: each near 0 in the usual case. */
export const KNOWN = ['seconds', 'enrolled', 'noise', 'narrow', 'other-band', 'narrow-noise', 'noise-squared'] as const;

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** In the order of `KNOWN`. Held within what was seen when the calibration was made: nothing is concluded beyond that. */
export function knownOf(enrolment: readonly VoiceFeatures[], answer: VoiceFeatures): number[] {
  const net = enrolment.reduce((sum, { netSeconds }) => sum + netSeconds, 0);
  const narrow = enrolment.filter(({ band }) => band === 'narrow').length > enrolment.length / 2;
  const noise = within((answer.snr - 30) / 10, -2, 1.5);
  const band = answer.band === 'narrow' ? 1 : 0;
  return [
    within(Math.log(Math.max(answer.netSeconds, 0.1) / 2), -1, 1.5),
    within(Math.log(Math.max(net, 0.1) / 6), -1, 1),
    noise,
    band,
    (band === 1) === narrow ? 0 : 1,
    band * noise,
    noise ** 2,
  ];
}
