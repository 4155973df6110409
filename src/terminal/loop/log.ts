import type { Logger } from 'pino';
import type { Action } from '../call/action.ts';
import { type Step, toldOf } from '../call/cover.ts';
import type { Event } from '../call/event.ts';
import { view } from '../call/view.ts';

/** A number for a log: its last two digits, as a caller's family is nobody's business there. */
const masked = (number: string): string => `…${number.slice(-2)}`;

/** An event in a word or two, without what a caller keyed. */
export function eventName(event: Event): string {
  switch (event.type) {
    case 'fault':
      return `${event.fault} ${event.state}`;
    case 'timer':
      return `timer ${event.timer}`;
    case 'reply':
      return `${event.reply.type} ${event.reply.result}`;
    case 'no-reply':
      return `no reply: ${event.cause}`;
    case 'lockdown':
      return `lockdown ${event.lockdown.state}`;
    case 'registration':
      return event.registration;
    case 'dial-failed':
      return `dial failed: ${event.failure}${event.sip === null ? '' : ` (${event.sip})`}`;
    case 'redirected':
      return `redirected: ${event.how}${event.to === null ? '' : ` to ${masked(event.to)}`}`;
    case 'bench':
      return event.on ? 'a test has the phone' : 'the test is over';
    case 'hold':
      return event.held ? 'held by the far end' : 'held no longer';
    case 'answer':
      return event.heard.kind === 'unjudged' ? `voice not judged: ${event.heard.reason}` : `voice: ${event.heard.kind}`;
    case 'quality': {
      const { codec, mos, loss, jitter, delay, roundTrip } = event.quality;
      const far = roundTrip === null ? '' : `, round trip ${roundTrip.toFixed(0)} ms`;
      return `heard at MOS ${mos.now.toFixed(1)} (${codec}, loss ${(100 * loss).toFixed(1)}%, jitter ${jitter.toFixed(0)} ms, buffer ${delay.toFixed(0)} ms${far})`;
    }
    default:
      return event.type;
  }
}

/** An action in a word or two; null for those that are of no interest by themselves. */
export function actionName(action: Action): string | null {
  switch (action.type) {
    case 'start-timer':
    case 'stop-timer':
    case 'set-volume':
    case 'set-levels':
    case 'hush':
    case 'key-beep':
      return null;
    case 'warm-voice':
      return 'voice-ID made ready';
    case 'listen':
      return action.listen === null ? 'listen no more' : 'listen';
    case 'keep-name':
      return null;
    case 'watch':
      return 'watch the voice';
    case 'tell':
      return `tell: ${action.event.type} ${action.event.state}`;
    case 'say':
      return `say ${action.clips.join(' ')} to ${action.to}`;
    case 'tone':
      return `tone ${action.tone ?? 'off'}`;
    case 'echo':
      return `echo ${action.on ? 'on' : 'off'}`;
    case 'bench':
      return `bench: ${action.job.type}`;
    case 'ask':
      return `ask ${action.ask.type}`;
    case 'dial':
      return `dial ${masked(action.number)}`;
    case 'bridge':
      return `bridge ${action.on ? 'open' : 'shut'}`;
    case 'journal':
      return action.entry.type === 'record' ? `record: ${action.entry.record.ending.reason}` : action.entry.type;
    case 'send-digit':
    case 'hang-up':
      return action.type;
  }
}

/**
 * One line an event: what happened, where the call stands now, what is done about it. Keys only at debug level. Of a tip line's call it is
 * the cover's line, or none.
 */
export function logStep(log: Logger, { state, told }: Step): void {
  if (told === null) return;
  const { event, actions } = told;
  const { phase, call } = view(toldOf(state));
  const done = actions.map(actionName).filter((name) => name !== null);
  const level = done.length === 0 || event.type === 'key' ? 'debug' : 'info';
  log[level]({ call, phase, ...(done.length > 0 && { actions: done }) }, eventName(event));
}
