import type { VoiceFeatures } from '../../../protocol/voice.ts';
import type { VoiceReply } from '../../../protocol/voice-check.ts';
import type { Enrolled, Judge } from './judge.ts';
import type { VoiceRules } from './rules.ts';

/** Whose voice is heard in the course of a call. */
type Heard = Extract<VoiceReply, { result: 'heard' }>;

const MOST = 100;

/**
 * Whose voice these windows are, and what is to be done. Told as the facility's rate of false accepts has it; acted upon only where the same
 * windows are another's by the rate of its proof as well, at which he must be as surely a stranger as he would have to be himself.
 */
export function whoSpeaks(
  judge: Judge,
  enrolled: Enrolled,
  windows: readonly VoiceFeatures[],
  { falseAccepts, watch }: VoiceRules,
): Pick<Heard, 'voice' | 'ratio' | 'act'> {
  const { verdict, ratio } = judge.verdict(enrolled, windows, falseAccepts);
  const voice = ({ accepted: 'same', refused: 'other', unsure: 'unsure', unjudged: 'unsure' } as const)[verdict];
  const proven = watch !== undefined && judge.verdict(enrolled, windows, watch.proof).verdict === 'refused';
  const act = watch && voice === 'other' && proven ? watch.act : 'none';
  return { voice, ratio: Math.max(-MOST, Math.min(MOST, ratio)), act };
}
