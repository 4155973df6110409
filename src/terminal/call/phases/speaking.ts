import type { Heard } from '../../../protocol/ask.ts';
import { type Millis, millis } from '../../../protocol/units.ts';
import type { Again, Digits, VoiceReply } from '../../../protocol/voice-check.ts';
import type { Clip, Prompt } from '../clip.ts';
import { end, type Reason } from '../ending.ts';
import type { Input } from '../input.ts';
import type { Answering, CallState, EnrollingState, VerifyingState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** A caller who is asked to say digits. */
export type SpeakingState = VerifyingState | EnrollingState;

/** What the platform says to one who speaks before his call. */
export type BeforeCall = Exclude<VoiceReply, { result: 'heard' }>;

/** What an input comes to for a caller who is asked to say digits: he goes on doing so, the platform has more to say, or it is over. */
export type Spoken = { readonly answering: Answering } | { readonly reply: BeforeCall } | { readonly ends: Reason };

/** Longer than anything said to a caller: he is listened to then even where nobody tells that it was said. */
const LONGEST_PROMPT = 30_000 as Millis;
/** A name is waited for and taken so long; of it 2.5 s are kept. */
const LONGEST_NAME = 5_000 as Millis;
/** What came of an answer is known so long after it is over, or it cannot be judged. */
const HEARING = 6_000;
/** More prompts than any enrolment has: a platform that asks for more is not followed. */
const MOST_PROMPTS = 16;

const AGAIN: Readonly<Record<Again, Prompt>> = {
  unsure: 'once-more',
  silent: 'nothing-heard',
  'too-little-speech': 'say-more',
  'too-soft': 'speak-up',
  clipped: 'speak-softer',
  'too-noisy': 'too-noisy',
  'other-voice': 'other-voice',
};

/** Asks the caller to say digits, after what was wrong with the last; has what hears him ready meanwhile. */
export function askFor(turn: Turn, say: Digits, again: Again | null): Answering {
  const digits = [...say].map((digit): Clip => `n${Number(digit)}`);
  turn.do({ type: 'warm-voice' });
  turn.say('caller', [...(again === null ? [] : [AGAIN[again]]), 'please-say', ...digits]);
  turn.start('answer', LONGEST_PROMPT);
  return { at: 'saying', take: 'answer' };
}

/** Asks the caller to say his name, after what was wrong with the last. */
export function askForName(turn: Turn, again: Again | null): Answering {
  turn.say('caller', [again === null ? 'voice-enrolled' : AGAIN[again], 'say-your-name']);
  turn.start('answer', LONGEST_PROMPT);
  return { at: 'saying', take: 'name' };
}

/** One more prompt of a caller who was asked for `asked` before. */
export function askAgain<S extends SpeakingState>(
  turn: Turn,
  call: S,
  ask: () => Answering,
): CallState | (S & { answering: Answering }) {
  if (call.asked >= MOST_PROMPTS) return end(turn, call, 'voice-staff');
  return { ...call, asked: call.asked + 1, answering: ask() };
}

/** Follows the caller from the prompt over his answer to what the platform says of it. */
export function onAnswering(turn: Turn, answering: Answering, input: Input): Spoken {
  switch (input.type) {
    case 'said':
      return { answering: answering.at === 'saying' ? listen(turn, answering.take) : answering };
    case 'timer':
      if (answering.at === 'judging') return { ends: 'platform-unreachable' };
      return { answering: answering.at === 'saying' ? listen(turn, answering.take) : unheard(turn) };
    case 'answer':
      if (answering.at !== 'listening' || input.listen !== answering.listen) return { answering };
      turn.stop('answer');
      return { answering: tell(turn, input.heard) };
    case 'no-reply':
      return isAsked(answering, input.request) ? { ends: 'platform-unreachable' } : { answering };
    case 'reply':
      if (!isAsked(answering, input.request) || input.reply.type !== 'voice' || input.reply.result === 'heard')
        return { answering };
      turn.stop('reply');
      return { reply: input.reply };
    default:
      return { answering };
  }
}

const isAsked = (answering: Answering, request: number): boolean =>
  answering.at === 'judging' && answering.request === request;

function listen(turn: Turn, take: 'answer' | 'name'): Answering {
  const longest = take === 'name' ? LONGEST_NAME : turn.rules.answer;
  turn.start('answer', millis(longest + HEARING));
  return { at: 'listening', listen: turn.listen(take, longest) };
}

/** Nobody has told what came of it. */
function unheard(turn: Turn): Answering {
  turn.listenNoMore();
  return tell(turn, { kind: 'unjudged', reason: 'hung' });
}

const tell = (turn: Turn, heard: Heard): Answering => ({
  at: 'judging',
  request: turn.ask({ type: 'voice', telling: heard }),
});
