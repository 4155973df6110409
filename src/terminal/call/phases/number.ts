import type { Grant } from '../../../protocol/call.ts';
import type { CallerId, Key } from '../../../protocol/units.ts';
import type { Clip } from '../clip.ts';
import { whole } from '../code.ts';
import { canBeDialled, LONGEST_NUMBER } from '../dial-plan.ts';
import { end } from '../ending.ts';
import type { Input } from '../input.ts';
import type { AuthorisingState, CallState, NumberState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { dial } from './dialling.ts';
import { givesUp, keyCode, listen, prompt } from './waiting.ts';

/** Asks a known caller for the number he wishes to call, after `before` where something is to be said first. */
export function enterNumber(turn: Turn, caller: CallerId, before: readonly Clip[] = []): NumberState {
  turn.enter('number');
  prompt(turn, [...before, 'enter-number']);
  return { phase: 'number', lift: turn.lift, stalls: 0, code: null, caller, digits: '' };
}

/** Digits begin the number, a star begins it anew. A pound ends what was keyed; with nothing keyed it is the PIN's own. */
export function keyAhead(ahead: string, key: Key): string {
  if (key === '*') return key;
  if (ahead.endsWith('#') || ahead.length > LONGEST_NUMBER) return ahead;
  return key === '#' && ahead === '' ? ahead : ahead + key;
}

/** As `enterNumber`, with what was keyed `ahead` of the question: it is not asked where the answer has begun. */
export function numberAhead(turn: Turn, caller: CallerId, ahead: string): CallState {
  if (ahead === '') return enterNumber(turn, caller);
  turn.enter('number');
  let call: CallState = { phase: 'number', lift: turn.lift, stalls: 0, code: null, caller, digits: '' };
  for (const key of ahead) if (call.phase === 'number') call = onKey(turn, call, key as Key);
  return call;
}

export function onNumber(turn: Turn, call: NumberState, input: Input): CallState {
  if (input.type === 'key') return onKey(turn, call, input.key);
  if (input.type === 'said') {
    listen(turn);
    return call;
  }
  if (input.type !== 'timer') return call;
  const hotline = whole(call.code);
  if (input.timer === 'inter-digit') {
    return hotline === null ? authorise(turn, call, call.digits) : dial(turn, { kind: 'hotline', hotline });
  }
  if (givesUp(turn, call)) return end(turn, call, 'caller-timeout');
  prompt(turn, ['enter-number']);
  return { ...call, stalls: call.stalls + 1, code: null, digits: '' };
}

function onKey(turn: Turn, call: NumberState, key: Key): CallState {
  // Of a caller who ends every PIN by a pound, it may come after the question: it is no answer to it.
  if (key === '#' && call.digits === '' && call.code === null) return call;
  turn.stop('inter-digit');
  turn.hush('caller');
  const { code, calls } = keyCode(turn, call, key, call.digits === '');
  if (calls !== null) return dial(turn, { kind: 'hotline', hotline: calls });
  const digits = key === '*' ? '' : key === '#' ? call.digits : call.digits + key;
  if ((key === '#' && digits !== '') || digits.length > LONGEST_NUMBER) return authorise(turn, call, digits);
  if (digits === '' || key === '#') listen(turn);
  else {
    turn.stop('stall');
    turn.start('inter-digit', turn.rules.interDigit);
  }
  return { ...call, code, digits };
}

function authorise(turn: Turn, call: NumberState, dialled: string): CallState {
  if (!canBeDialled(dialled)) return end(turn, call, 'number-invalid');
  turn.stop('stall', 'inter-digit');
  turn.enter('authorising');
  const request = turn.ask({ type: 'authorise', dialled });
  turn.open(true);
  return { phase: 'authorising', lift: turn.lift, caller: call.caller, request };
}

export function onAuthorising(turn: Turn, call: AuthorisingState, input: Input): CallState {
  if (input.type === 'timer') return end(turn, call, 'platform-unreachable');
  if (input.type === 'no-reply' && input.request === call.request) return end(turn, call, 'platform-unreachable');
  if (input.type !== 'reply' || input.request !== call.request || input.reply.type !== 'authorise') return call;
  turn.stop('reply');
  if (input.reply.result === 'granted') return granted(turn, call, input.reply.grant);
  turn.open(false);
  return end(turn, call, input.reply.reason);
}

/** A grant of no time is none (RFC 8506: an answer without a quota is not "unlimited"). */
function granted(turn: Turn, call: AuthorisingState, grant: Grant): CallState {
  if (grant.until !== null && grant.until <= turn.at) return end(turn, call, 'outside-hours');
  if (grant.quota === 0) return end(turn, call, grant.final === 'hours' ? 'outside-hours' : 'no-balance');
  return dial(turn, { kind: 'call', caller: call.caller, grant, since: turn.at, asked: null, short: null });
}
