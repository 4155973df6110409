import type { Grant, Refusal } from '../../protocol/call.ts';
import { after, between, type Instant, type Millis, millis } from '../../protocol/units.ts';
import type { Input } from './input.ts';
import { boundOf } from './limits.ts';
import type { Granted, Leave } from './state.ts';
import type { Turn } from './turn.ts';

/** After a no, or no answer, or an answer that gave nothing, the next try waits this long. */
const RETRY = 15_000;
/** Never more than one request in this time, whatever the answers are. */
const PAUSE = 1_000;

/** When more is to be asked for: before the validity of the grant is over and, in talk, before the quota is used up. */
function due({ grant, since }: Granted, accepted: Instant | null, turn: Turn): Instant {
  const { validity, quota, final } = grant;
  const { reply, extendBefore } = turn.rules;
  const valid = after(since, millis(Math.max(validity - reply, validity / 2)));
  if (accepted === null || final !== null) return valid;
  return Math.min(valid, accepted + quota - extendBefore) as Instant;
}

/** Sets the timer for the next request, not sooner than `wait` from now. */
export function schedule(turn: Turn, leave: Leave, accepted: Instant | null, wait: Millis): void {
  if (leave.kind === 'hotline' || leave.asked !== null) return;
  turn.start('extend', millis(Math.max(due(leave, accepted, turn) - turn.at, wait)));
}

/** Half of what is left, within bounds: the nearer the end, the sooner another try. */
function retry(turn: Turn, { grant }: Granted, accepted: Instant | null): Millis {
  const left = accepted === null ? RETRY : between(turn.at, after(accepted, grant.quota));
  return millis(Math.min(RETRY, Math.max(PAUSE, left / 2)));
}

function ask(turn: Turn, leave: Granted, accepted: Instant | null): Granted {
  turn.stop('extend');
  const used = accepted === null ? 0 : Math.min(between(accepted, turn.at), leave.grant.quota);
  const asked = turn.ask({ type: 'extend', used: millis(used) });
  return { ...leave, asked };
}

function unanswered(turn: Turn, leave: Granted, accepted: Instant | null): Granted {
  turn.stop('reply');
  turn.start('extend', retry(turn, leave, accepted));
  return { ...leave, asked: null, short: 'quota' };
}

/** The talk goes on to the end of what was granted. Of what is the last anyway no more is asked. */
function refused(turn: Turn, leave: Granted, accepted: Instant | null, reason: Refusal): Granted {
  turn.stop('reply');
  if (leave.grant.final === null) turn.start('extend', retry(turn, leave, accepted));
  return { ...leave, asked: null, short: boundOf(reason) };
}

/** An answer raises what is granted and never lowers it. Who is called and how stays as it was dialled. */
function raised(turn: Turn, leave: Granted, accepted: Instant | null, answer: Grant): Granted {
  turn.stop('reply');
  const { quota, final, validity, until, charge } = answer;
  const more = quota > leave.grant.quota;
  const grant = { ...leave.grant, quota: more ? quota : leave.grant.quota, final, validity, until, charge };
  // An answer that only renews the validity, while there is enough yet, is no refusal of more.
  const wanted = accepted !== null && turn.at >= accepted + leave.grant.quota - turn.rules.extendBefore;
  const next: Granted = { ...leave, grant, since: turn.at, asked: null, short: wanted && !more ? 'quota' : null };
  schedule(turn, next, accepted, more ? millis(PAUSE) : retry(turn, next, accepted));
  return next;
}

/**
 * The part of RFC 8506 that goes on beside a dialled call: asks for more in time, takes what is given and
 * tries again where nothing is. Gives back the same `leave` where the input is none of its business.
 */
export function credit<L extends Leave>(turn: Turn, leave: L, accepted: Instant | null, input: Input): L | Granted {
  if (leave.kind === 'hotline') return leave;
  if (input.type === 'timer' && input.timer === 'extend') return ask(turn, leave, accepted);
  if (leave.asked === null) return leave;
  if (input.type === 'timer' && input.timer === 'reply') return unanswered(turn, leave, accepted);
  if (input.type === 'no-reply' && input.request === leave.asked) return unanswered(turn, leave, accepted);
  if (input.type !== 'reply' || input.request !== leave.asked || input.reply.type !== 'extend') return leave;
  const { reply } = input;
  return reply.result === 'granted'
    ? raised(turn, leave, accepted, reply.grant)
    : refused(turn, leave, accepted, reply.reason);
}
