import { MOST_VOICES, type OtherVoice } from '../../protocol/call.ts';
import type { Instant } from '../../protocol/units.ts';
import type { VoiceReply } from '../../protocol/voice-check.ts';

type Verdict = Extract<VoiceReply, { result: 'heard' }>;

/** Verdicts in a row that make a change one that lasts: a cough, a shout or a word of another's is none. */
const LASTING = 2;

/** Who was heard at the handset of a call that is watched. */
export interface Voices {
  /** The request that is not answered yet. */
  readonly asked: number | null;
  /** Others who had the handset, in order; the last may have it still. */
  readonly others: readonly OtherVoice[];
  /** What may become a change: since when, how often in a row, and the least ratio of these. */
  readonly doubt: { readonly since: Instant; readonly times: number; readonly ratio: number } | null;
}

/** Nobody was heard yet. */
export const UNHEARD: Voices = { asked: null, others: [], doubt: null };

/** Who has the handset in the caller's place; null where he has it, as far as is known. */
export function otherOf({ others }: Voices): OtherVoice | null {
  const last = others.at(-1);
  return last?.until === null ? last : null;
}

/** What the platform says of the last windows. Both to another's voice and back, a change must last. */
export function heard(voices: Voices, { voice, ratio, against }: Verdict, at: Instant): Voices {
  const other = otherOf(voices);
  const known = { ...voices, asked: null };
  if (voice === 'unsure') return known;
  if ((voice === 'other') === (other !== null)) {
    const least = other === null ? [] : [{ ...other, ratio: Math.min(other.ratio, ratio) }];
    return {
      ...known,
      doubt: null,
      others: [...voices.others.slice(0, voices.others.length - least.length), ...least],
    };
  }
  const { since, times, ratio: before } = voices.doubt ?? { since: at, times: 0, ratio };
  const doubt = { since, times: times + 1, ratio: Math.min(before, ratio) };
  if (doubt.times < LASTING) return { ...known, doubt };
  if (other !== null)
    return { ...known, doubt: null, others: [...voices.others.slice(0, -1), { ...other, until: since }] };
  const begun: OtherVoice = { since, until: null, ratio: doubt.ratio, against };
  // A phone that goes from hand to hand: the first are kept, and the last.
  const kept = voices.others.length < MOST_VOICES ? voices.others : voices.others.slice(0, -1);
  return { ...known, doubt: null, others: [...kept, begun] };
}
