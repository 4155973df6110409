import { toneAfter } from '../ending.ts';
import type { Input } from '../input.ts';
import type { EndedState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** The caller was told why; nothing more is to be had until he puts the handset down. */
export function onEnded(turn: Turn, call: EndedState, input: Input): EndedState {
  switch (input.type) {
    case 'said':
      if (input.to === 'callee') return drop(turn, call);
      turn.tone(toneAfter(call.ending.reason));
      return call;
    case 'timer':
    case 'far-ended':
      return call.farewell ? drop(turn, call) : call;
    case 'lockdown': {
      const { state, mode } = input.lockdown;
      return call.farewell && state !== 'open' && mode === 'drop' ? drop(turn, call) : call;
    }
    default:
      return call;
  }
}

/** The farewell is over, one way or the other: the line goes. */
function drop(turn: Turn, call: EndedState): EndedState {
  turn.stop('farewell');
  turn.hush('callee');
  turn.do({ type: 'hang-up', call: turn.lift.call });
  return { ...call, farewell: false };
}
