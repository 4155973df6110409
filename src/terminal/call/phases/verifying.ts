import type { CallerId } from '../../../protocol/units.ts';
import type { Digits } from '../../../protocol/voice-check.ts';
import { end } from '../ending.ts';
import type { Input } from '../input.ts';
import type { CallState, VerifyingState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { keyAhead, numberAhead } from './number.ts';
import { askAgain, askFor, type BeforeCall, onAnswering } from './speaking.ts';

/** Asks a known caller to prove by his voice that he is who his PIN says. What he has keyed `ahead` is the number's. */
export function enterVerifying(turn: Turn, caller: CallerId, say: Digits, ahead: string): VerifyingState {
  turn.enter('verifying');
  const answering = askFor(turn, say, null);
  return { phase: 'verifying', lift: turn.lift, caller, ahead, asked: 1, answering };
}

/** The platform judges; the phone takes his answers and obeys. */
export function onVerifying(turn: Turn, call: VerifyingState, input: Input): CallState {
  if (input.type === 'key') return { ...call, ahead: keyAhead(call.ahead, input.key) };
  const spoken = onAnswering(turn, call.answering, input);
  if ('ends' in spoken) return end(turn, call, spoken.ends);
  return 'reply' in spoken ? onReply(turn, call, spoken.reply) : { ...call, answering: spoken.answering };
}

function onReply(turn: Turn, call: VerifyingState, reply: BeforeCall): CallState {
  switch (reply.result) {
    case 'say':
      return askAgain(turn, call, () => askFor(turn, reply.say, reply.again));
    case 'refused':
      turn.voice('refused');
      return end(turn, call, reply.reason);
    case 'name':
      // No answer to what was told.
      return end(turn, call, 'platform-unreachable');
    case 'accepted':
    case 'flagged':
    case 'enrolled':
    case 'not-enrolled':
      turn.voice(reply.result);
      return numberAhead(turn, call.caller, call.ahead);
  }
}
