import type { Reply } from '../../../protocol/ask.ts';
import type { BlockScope } from '../../../protocol/call.ts';
import type { Key, Millis } from '../../../protocol/units.ts';
import type { Clip, NumberClip } from '../clip.ts';
import { credit } from '../credit.ts';
import { end } from '../ending.ts';
import type { Timer } from '../event.ts';
import type { Input } from '../input.ts';
import { rate } from '../speech.ts';
import type { BlockAsked, CallState, DiallingState, Granted, GreetingState, Leave, RingingState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { enterTalking } from './talking.ts';

/** Between one telling and the next. */
const PAUSE = 1_500 as Millis;

const digit = (key: string): NumberClip => `n${Number(key)}`;

/** Who calls, what kind of call it is, and what the called party can do about it (47 CFR 64.710). */
function greeting(turn: Turn, { caller, grant }: Granted): Clip[] {
  const { acceptDigit, refuseDigit, rateDigit, blockDigit } = turn.rules;
  return [
    'greeting-from',
    `site/caller-${caller}`,
    'greeting-at',
    'site/facility-name',
    grant.recorded && !grant.privileged ? 'greeting-recorded' : 'greeting-not-recorded',
    'to-accept-press',
    digit(acceptDigit),
    'to-refuse-press',
    digit(refuseDigit),
    'to-hear-the-rate-press',
    digit(rateDigit),
    'to-block-press',
    digit(blockDigit),
  ];
}

/** The caller's name, as he says it, is there: the greeting from its next beginning has it. */
export function keepName(turn: Turn, leave: Leave, reply: Reply): void {
  if (reply.type !== 'name' || reply.name === null || leave.kind !== 'call') return;
  turn.do({ type: 'keep-name', caller: leave.caller, name: reply.name });
}

function rateOf(turn: Turn, { grant: { charge } }: Granted): Clip[] {
  if (charge.kind === 'free' || charge.rate <= 0) return ['this-call-is-free'];
  return ['the-rate-is', ...rate(charge.rate, turn.language), 'a-minute'];
}

const keyFor = ({ rules }: Turn, scope: BlockScope): string =>
  scope === 'caller' ? rules.blockDigit : rules.blockAllDigit;

/** What the block digit leads to: whose calls, and of a privileged number whether really. */
function blocking(turn: Turn, block: BlockAsked): Clip[] {
  const key = (scope: BlockScope) => digit(keyFor(turn, scope));
  if (typeof block === 'object') return ['block-private-press', key(block.really)];
  return ['block-caller-press', key('caller'), 'block-facility-press', key('facility')];
}

/** Lets the called party hear something else, from its beginning. */
function tell(turn: Turn, call: GreetingState, hears: GreetingState['hears'], block: BlockAsked): GreetingState {
  const clips = {
    greeting: () => greeting(turn, call.leave),
    rate: () => rateOf(turn, call.leave),
    block: () => blocking(turn, block),
  };
  turn.stop('greeting');
  turn.say('callee', clips[hears]());
  return { ...call, hears, block };
}

/** Answered: the called party decides. The caller goes on hearing that it rings. */
export function enterGreeting(turn: Turn, call: DiallingState | RingingState, leave: Granted): GreetingState {
  turn.enter('greeting');
  turn.start('accept', turn.rules.accept);
  if (call.phase === 'dialling' && turn.lift.saying.caller === null) turn.tone('ringback');
  const answered: GreetingState = {
    phase: 'greeting',
    lift: turn.lift,
    leave,
    answered: turn.at,
    hears: 'greeting',
    block: 'no',
  };
  return tell(turn, answered, 'greeting', 'no');
}

export function onGreeting(turn: Turn, before: GreetingState, input: Input): CallState {
  const leave = credit(turn, before.leave, null, input);
  const call = leave === before.leave ? before : { ...before, leave };
  switch (input.type) {
    case 'far-digit':
      return onDigit(turn, call, input.digit);
    case 'said':
      if (input.to === 'callee') turn.start('greeting', PAUSE);
      else turn.tone('ringback');
      return call;
    case 'far-ended':
      return end(turn, call, 'callee-hung-up');
    case 'media-lost':
      return end(turn, call, 'media-lost', { silence: input.silence });
    case 'dial-failed':
      return end(turn, call, 'network-fault');
    case 'timer':
      return onTimer(turn, call, input.timer);
    case 'reply':
      keepName(turn, leave, input.reply);
      return call;
    default:
      return call;
  }
}

/** A block that is not confirmed by the end of the next greeting was a slip. */
function onTimer(turn: Turn, call: GreetingState, timer: Timer): CallState {
  if (timer === 'accept') return end(turn, call, 'not-accepted');
  if (timer !== 'greeting') return call;
  return tell(turn, call, 'greeting', call.hears === 'block' ? call.block : 'no');
}

/** Families lose lines by a wrong digit: nothing is blocked by one press, and no lawyer's number by two. */
function onBlock(turn: Turn, call: GreetingState, scope: BlockScope): CallState {
  const { block, leave } = call;
  if (typeof block === 'object')
    return block.really === scope ? end(turn, call, 'blocked-by-callee', { blocks: scope }) : call;
  if (block === 'no') return scope === 'caller' ? tell(turn, call, 'block', 'whom') : call;
  if (leave.grant.privileged) return tell(turn, call, 'block', { really: scope });
  return end(turn, call, 'blocked-by-callee', { blocks: scope });
}

function onDigit(turn: Turn, call: GreetingState, key: Key): CallState {
  const { acceptDigit, refuseDigit, rateDigit, blockDigit, blockAllDigit } = turn.rules;
  switch (key) {
    case acceptDigit:
      turn.stop('accept', 'greeting');
      return enterTalking(turn, call, call.leave, call.answered);
    case refuseDigit:
      return end(turn, call, 'refused-by-callee');
    case blockDigit:
      return onBlock(turn, call, 'caller');
    case blockAllDigit:
      return onBlock(turn, call, 'facility');
    case rateDigit:
      return tell(turn, call, 'rate', 'no');
    default:
      return call;
  }
}
