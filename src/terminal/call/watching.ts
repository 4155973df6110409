import type { OtherVoice } from '../../protocol/call.ts';
import type { VoiceReply } from '../../protocol/voice-check.ts';
import { end } from './ending.ts';
import type { Input } from './input.ts';
import type { CallState, Leave, TalkingState } from './state.ts';
import type { Turn } from './turn.ts';
import { heard, otherOf } from './voices.ts';

/** Whether the caller's voice is compared while he talks; law 4: never in a privileged call. */
export const isWatched = (leave: Leave): boolean =>
  leave.kind === 'call' && leave.grant.watched === true && !leave.grant.privileged;

/**
 * Watches who has the handset, beside the talk: windows go to the platform one after another, and what lasts of what it says
 * is told to staff and written down. Ends or interrupts the call only where the platform says that the facility wants it.
 */
export function watch(turn: Turn, call: TalkingState, input: Input): CallState {
  if (!isWatched(call.leave)) return call;
  const { voices } = call;
  if (input.type === 'windows') {
    if (voices.asked !== null) return call;
    const asked = turn.ask({ type: 'voice', telling: { kind: 'windows', voice: input.voice } });
    return { ...call, voices: { ...voices, asked } };
  }
  if ((input.type !== 'reply' && input.type !== 'no-reply') || input.request !== voices.asked) return call;
  if (input.type === 'no-reply') return { ...call, voices: { ...voices, asked: null } };
  if (input.reply.type !== 'voice' || input.reply.result !== 'heard') return call;
  return onVerdict(turn, call, input.reply);
}

function onVerdict(turn: Turn, call: TalkingState, reply: Extract<VoiceReply, { result: 'heard' }>): CallState {
  const before = otherOf(call.voices);
  const next = { ...call, voices: heard(call.voices, reply, turn.at) };
  const other = otherOf(next.voices);
  const last = next.voices.others.at(-1);
  const changed = last !== undefined && (before === null) !== (other === null);
  if (other !== null && reply.act === 'end') {
    // The parties part first; the record has it.
    const ended = end(turn, next, 'voice-changed');
    if (changed) tell(turn, last);
    return ended;
  }
  if (!changed) return next;
  const { call: id, voice: outcome } = turn.lift;
  turn.journal({ type: 'voice', call: id, at: turn.at, voice: { outcome, others: [...next.voices.others] } });
  tell(turn, last);
  if (other !== null && reply.act === 'announce') turn.say('both', ['voice-changed']);
  return next;
}

/** To staff at once. */
function tell(turn: Turn, { since, until, ratio, against }: OtherVoice): void {
  const state = until === null ? 'other' : 'same';
  const { call } = turn.lift;
  turn.do({ type: 'tell', event: { type: 'voice', state, call, since: until ?? since, ratio, against } });
}
