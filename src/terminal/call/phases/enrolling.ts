import type { VoiceOutcome } from '../../../protocol/call.ts';
import { NOTICE_VERSION, type NoticeOf, noticeParts } from '../../../protocol/notice.ts';
import { type CallerId, type Key, millis } from '../../../protocol/units.ts';
import { end } from '../ending.ts';
import type { Input } from '../input.ts';
import type { CallState, Consenting, EnrollingState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { enterNumber } from './number.ts';
import { askAgain, askFor, askForName, type BeforeCall, onAnswering } from './speaking.ts';
import { listen } from './waiting.ts';

const YES = '1';
const NO = '2';
const AGAIN = '3';
/** Longer than the notice takes in any language. */
const LONGEST_NOTICE = 120_000;

/** Reads to a known caller what would be kept of his voice, why and for how long: nothing is heard of him before he agrees. */
export function enterEnrolling(turn: Turn, caller: CallerId, notice: NoticeOf): EnrollingState {
  turn.enter('enrolling');
  read(turn, notice);
  const answering: Consenting = { at: 'notice', read: false, stalls: 0 };
  return { phase: 'enrolling', lift: turn.lift, caller, notice, agreed: false, enrolled: false, asked: 0, answering };
}

function read(turn: Turn, notice: NoticeOf): void {
  const keys = ['voice-agree-press', 'n1', 'voice-decline-press', 'n2', 'voice-again-press', 'n3'] as const;
  turn.say('caller', [...noticeParts(notice), ...keys]);
  turn.start('stall', millis(turn.rules.stall + LONGEST_NOTICE));
}

/** First his yes or no, then three prompts; more where what he says is of no use. The platform says what comes next. */
export function onEnrolling(turn: Turn, call: EnrollingState, input: Input): CallState {
  const { answering } = call;
  if (answering.at === 'notice') return onNotice(turn, call, answering, input);
  const spoken = onAnswering(turn, answering, input);
  if ('ends' in spoken) return end(turn, call, spoken.ends);
  return 'reply' in spoken ? onReply(turn, call, spoken.reply) : { ...call, answering: spoken.answering };
}

function onNotice(
  turn: Turn,
  call: EnrollingState,
  notice: Extract<Consenting, { at: 'notice' }>,
  input: Input,
): CallState {
  switch (input.type) {
    case 'key':
      return onKey(turn, call, notice.read, input.key);
    case 'said':
      listen(turn);
      return { ...call, answering: { ...notice, read: true } };
    case 'timer':
      if (notice.stalls + 1 >= turn.rules.stallTries) return end(turn, call, 'caller-timeout');
      read(turn, call.notice);
      return { ...call, answering: { ...notice, stalls: notice.stalls + 1 } };
    default:
      return call;
  }
}

/** A yes counts when the notice was read to its end: nobody agrees to what he was not told. A no counts at any time. */
function onKey(turn: Turn, call: EnrollingState, wasRead: boolean, key: Key): CallState {
  if (key === AGAIN) {
    read(turn, call.notice);
    return call;
  }
  if (key !== NO && !(key === YES && wasRead)) return call;
  turn.stop('stall');
  turn.hush('caller');
  const consent = { agreed: key === YES, notice: NOTICE_VERSION, language: turn.language };
  return {
    ...call,
    agreed: consent.agreed,
    answering: { at: 'judging', request: turn.ask({ type: 'voice', telling: { kind: 'consent', ...consent } }) },
  };
}

function onReply(turn: Turn, call: EnrollingState, reply: BeforeCall): CallState {
  switch (reply.result) {
    case 'say':
      // Whatever the platform says, who has not agreed is not heard.
      if (!call.agreed) return over(turn, call, 'not-enrolled');
      return askAgain(turn, call, () => askFor(turn, reply.say, reply.again));
    case 'name':
      if (!call.agreed) return over(turn, call, 'not-enrolled');
      if (!call.enrolled) turn.voice('enrolled');
      return askAgain(turn, { ...call, enrolled: true }, () => askForName(turn, reply.again));
    case 'refused':
      turn.voice('refused');
      return end(turn, call, reply.reason);
    case 'accepted':
    case 'flagged':
    case 'enrolled':
    case 'not-enrolled':
      return over(turn, call, reply.result);
  }
}

function over(turn: Turn, { caller, asked, enrolled }: EnrollingState, outcome: VoiceOutcome): CallState {
  if (enrolled) return enterNumber(turn, caller);
  turn.voice(outcome);
  const told = outcome === 'enrolled' ? 'voice-enrolled' : 'voice-not-enrolled';
  return enterNumber(turn, caller, asked === 0 ? [] : [told]);
}
