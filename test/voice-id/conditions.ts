import type { Channel } from './channel.ts';
import type { Noise } from './noise.ts';

/** How a row of the table is spoken: enrolled and verified over one channel, or verified over another; what is in the room when verifying. */
export interface Condition {
  readonly name: string;
  readonly enrolled: Channel;
  readonly verified: Channel;
  readonly noise?: Noise;
  /** He verifies with the handset at his chin. */
  readonly chin?: true;
  /** Words that are said when verifying. */
  readonly words: number;
}

/** Words of a prompt unless a row says otherwise: 2 to 3 s of speech. */
export const WORDS = 4;

const row = (name: string, channel: Channel, more: Partial<Condition> = {}): Condition => ({
  ...{ name, enrolled: channel, verified: channel, words: WORDS },
  ...more,
});

export const CONDITIONS: readonly Condition[] = [
  row('wide band', 'wide'),
  row('300-3400 Hz', 'narrow'),
  row('G.711', 'g711'),
  row('wide, then G.711', 'wide', { verified: 'g711' }),
  row('babble, 15 dB', 'wide', { noise: { kind: 'babble', snr: 15 } }),
  row('G.711, babble, 15 dB', 'g711', { noise: { kind: 'babble', snr: 15 } }),
  row('hum, 10 dB', 'wide', { noise: { kind: 'hum', snr: 10 } }),
  row('at the chin', 'wide', { chin: true }),
  row('two words', 'wide', { words: 2 }),
  row('three words', 'wide', { words: 3 }),
  row('six words', 'wide', { words: 6 }),
  row('nine words', 'wide', { words: 9 }),
];
