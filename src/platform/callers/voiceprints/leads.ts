import type { Refusal, VoiceOutcome } from '../../../protocol/call.ts';
import type { VoiceReply } from '../../../protocol/voice-check.ts';
import type { VoiceRules } from './rules.ts';
import type { TryResult } from './tables.ts';

/** What a check that is over leads to. */
export interface Lead {
  readonly outcome: VoiceOutcome;
  readonly reply: VoiceReply;
  /** Why no call is granted from now on; null: it does not stand in the way. */
  readonly stands: Refusal | null;
}

const goesOn = (result: 'accepted' | 'enrolled' | 'not-enrolled' | 'flagged'): Lead => ({
  outcome: result,
  reply: { type: 'voice', result },
  stands: null,
});

const refused = (reason: Refusal): Lead => ({
  outcome: 'refused',
  reply: { type: 'voice', result: 'refused', reason },
  stands: reason,
});

/** What a caller whose voice is to be known may not do before it is; null where he may go on without. */
export const standsUntil = (task: 'verify' | 'enrol', { enrol }: VoiceRules): Refusal | null =>
  task === 'verify' ? 'voice-refused' : enrol === 'needed' ? 'voice-needed' : null;

/** What follows, by the facility's rules. */
export function leadOf(task: 'verify' | 'enrol', result: TryResult, rules: VoiceRules): Lead {
  if (result === 'accepted' || result === 'enrolled') return goesOn(result);
  if (task === 'verify') {
    const leads = result === 'refused' ? rules.refused : rules.unjudged;
    return leads === 'flag' ? goesOn('flagged') : refused(leads === 'staff' ? 'voice-staff' : 'voice-refused');
  }
  if (rules.enrol !== 'needed') return goesOn('not-enrolled');
  if (result === 'declined') return refused('voice-needed');
  // It is nobody's fault that a phone cannot hear him: where that is let go, he calls without a print.
  return result === 'unjudged' && rules.unjudged === 'flag' ? goesOn('flagged') : refused('voice-staff');
}
