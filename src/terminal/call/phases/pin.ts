import type { IdentifyReply } from '../../../protocol/messages.ts';
import { Pin } from '../../../protocol/pin.ts';
import type { Key } from '../../../protocol/units.ts';
import type { Clip } from '../clip.ts';
import { whole } from '../code.ts';
import { end } from '../ending.ts';
import type { Input } from '../input.ts';
import type { CallState, IdentifyingState, PinState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { dial } from './dialling.ts';
import { enterEnrolling } from './enrolling.ts';
import { enterCode } from './maintenance.ts';
import { keyAhead, numberAhead } from './number.ts';
import { enterVerifying } from './verifying.ts';
import { givesUp, keyCode, listen, prompt } from './waiting.ts';

type Known = Extract<IdentifyReply, { result: 'known' }>;

/** Asks for the PIN, after `before` where something is to be said first. `wrong` tries have been made. */
export function enterPin(turn: Turn, wrong: number, before: readonly Clip[] = []): PinState {
  turn.enter('pin');
  prompt(turn, [...before, 'enter-pin']);
  return { phase: 'pin', lift: turn.lift, stalls: 0, code: null, star: false, pin: new Pin(), wrong };
}

export function onPin(turn: Turn, call: PinState, input: Input): CallState {
  if (input.type === 'key') return onKey(turn, call, input.key);
  if (input.type === 'said') {
    listen(turn);
    return call;
  }
  if (input.type !== 'timer') return call;
  const hotline = whole(call.code);
  if (input.timer === 'inter-digit' && hotline !== null) return dial(turn, { kind: 'hotline', hotline });
  if (givesUp(turn, call)) return end(turn, call, 'caller-timeout');
  prompt(turn, ['enter-pin']);
  return { ...call, stalls: call.stalls + 1, code: null, star: false, pin: new Pin() };
}

function onKey(turn: Turn, call: PinState, key: Key): CallState {
  // Of a caller who ends every PIN by a pound, it may come when the one before is known to be wrong: it is that one's.
  const nothing = call.pin.length === 0 && call.code === null && !call.star;
  if (key === '#' && call.wrong > 0 && nothing) return call;
  turn.stop('inter-digit');
  turn.hush('caller');
  const { code, calls, technician } = keyCode(turn, call, key, call.pin.length === 0);
  if (technician) return enterCode(turn);
  if (calls !== null) return dial(turn, { kind: 'hotline', hotline: calls });
  const pin = key === '*' ? new Pin() : key === '#' ? call.pin : call.pin.append(key);
  const complete = pin.length >= turn.rules.pinLength || (key === '#' && pin.length > 0);
  if (complete) return identify(turn, pin, call.wrong);
  listen(turn);
  return { ...call, code, star: key === '*', pin };
}

function identify(turn: Turn, pin: Pin, wrong: number): IdentifyingState {
  turn.stop('stall', 'inter-digit');
  turn.enter('identifying');
  const request = turn.ask({ type: 'identify', pin });
  return { phase: 'identifying', lift: turn.lift, request, wrong, ahead: '' };
}

export function onIdentifying(turn: Turn, call: IdentifyingState, input: Input): CallState {
  if (input.type === 'key') return { ...call, ahead: keyAhead(call.ahead, input.key) };
  if (input.type === 'timer') return end(turn, call, 'platform-unreachable');
  if (input.type === 'no-reply' && input.request === call.request) return end(turn, call, 'platform-unreachable');
  if (input.type !== 'reply' || input.request !== call.request || input.reply.type !== 'identify') return call;
  turn.stop('reply');
  return onIdentity(turn, call, input.reply);
}

function onKnown(turn: Turn, { ahead }: IdentifyingState, { caller, voice }: Known): CallState {
  switch (voice?.do) {
    case undefined:
      return numberAhead(turn, caller, ahead);
    case 'verify':
      return enterVerifying(turn, caller, voice.say, ahead);
    case 'enrol':
      return enterEnrolling(turn, caller, voice);
  }
}

function onIdentity(turn: Turn, call: IdentifyingState, reply: IdentifyReply): CallState {
  switch (reply.result) {
    case 'known':
      if (reply.language !== null) turn.speak(reply.language);
      return onKnown(turn, call, reply);
    case 'locked':
      return end(turn, call, 'pin-locked');
    case 'refused':
      return end(turn, call, reply.reason);
    case 'wrong': {
      const wrong = call.wrong + 1;
      if (wrong >= turn.rules.pinTries) return end(turn, call, 'pin-wrong');
      return enterPin(turn, wrong, ['pin-not-recognised', 'try-again']);
    }
  }
}
