import type { Action } from '../../../src/terminal/call/action.ts';
import type { Event } from '../../../src/terminal/call/event.ts';
import type { State } from '../../../src/terminal/call/step.ts';
import type { Seen, Watched } from './seen.ts';
import { must } from './violation.ts';

const EARLY = ['language', 'pin', 'identifying', 'verifying', 'enrolling', 'number', 'authorising'];
const UNDER_WAY = ['dialling', 'ringing', 'greeting', 'talking', 'maintenance'];

/** In each phase something must run that ends it, should nobody do anything. */
const WATCHED: Record<string, readonly string[]> = {
  language: ['stall'],
  pin: ['stall'],
  identifying: ['reply'],
  verifying: ['answer', 'reply'],
  enrolling: ['stall', 'answer', 'reply'],
  number: ['stall', 'inter-digit'],
  authorising: ['reply'],
  dialling: ['ring'],
  ringing: ['ring'],
  greeting: ['accept'],
  talking: ['deadline'],
  maintenance: ['stall'],
};

/** What must be so after every step. @throws Violation */
export function afterStep(laws: Watched, before: State, event: Event, state: State, actions: readonly Action[]): void {
  const { phase } = state.call;
  const { seen } = laws;
  if (event.type === 'on-hook') must(phase === 'idle', 'law 8', `handset down, and ${phase}`);
  if (before.call.phase === 'idle' && event.type !== 'off-hook') {
    const done = actions.filter(({ type }) => !(event.type === 'rules' && type === 'set-levels'));
    must(phase === 'idle' && done.length === 0, 'law 9', `${event.type} made something happen`);
  }
  if (phase === 'idle') {
    idle(laws, seen);
    return;
  }
  must(seen !== null, 'law 8', `${phase} with the handset never lifted`);
  running(laws, seen, phase);
  stopped(laws, seen, phase);
  if (state.call.phase === 'talking') talking(laws, seen, event, state);
}

function idle(laws: Watched, seen: Seen | null): void {
  must(!laws.echo, 'law 8', 'an echo in a handset that is down');
  must(!laws.listening, 'law 8', 'a microphone that is listened to with the handset down');
  must(laws.timers.size === 0, 'law 8', `${[...laws.timers.keys()]} still runs`);
  must(laws.records.size === laws.lifts, 'law 5', `${laws.lifts} lifts, ${laws.records.size} records`);
  must(!seen?.bridge && !seen?.line, 'law 8', 'the line is still up');
  const { caller, callee, nobody } = laws.saying;
  must(laws.tone === null && caller < 0 && callee < 0 && nobody < 0, 'law 8', 'something is still heard');
  must(!seen?.held, 'law 5', 'a record that is never sent');
}

function running(laws: Watched, seen: Seen, phase: string): void {
  const over = phase === 'ended';
  must(over === (seen.record !== null), 'law 5', over ? 'ended without a record' : 'a record of what goes on');
  if (over) {
    must(!laws.echo, 'law 8', 'the caller still hears himself');
    must(!laws.listening, 'law 8', 'the microphone is still listened to');
    must(!seen.bridge, 'law 1', 'the parties hear each other after the end');
    must(seen.ends === (seen.authorised ? 1 : 0), 'law 6', 'the platform was not told of the end, or twice');
    must(!seen.line || laws.timers.has('farewell'), 'law 8', 'a line nobody will drop');
  } else {
    const any = (WATCHED[phase] ?? []).some((timer) => laws.timers.has(timer));
    must(any, 'stalls', `nothing runs that would end ${phase}`);
  }
  must((phase === 'talking') === seen.bridge, 'law 1', `${phase}, and the parties ${seen.bridge ? '' : 'not '}joined`);
}

function stopped(laws: Watched, seen: Seen, phase: string): void {
  const { lockdown, faults } = laws;
  if (lockdown?.state !== 'open') {
    must(!EARLY.includes(phase), 'law 3', `${phase} under a lockdown`);
    const drained = lockdown?.mode === 'drain' || (lockdown === null && phase === 'maintenance');
    must(drained || !UNDER_WAY.includes(phase), 'law 3', `${phase} though calls were dropped`);
  }
  const broken = ['keypad', 'handset-audio'].some((fault) => faults.has(fault));
  must(!broken || phase === 'ended' || phase === 'maintenance', 'faults', `${phase} on a broken phone`);
  must(!seen.bridge || seen.line, 'law 8', 'the parties are joined and the line is gone');
}

function talking(laws: Watched, seen: Seen, event: Event, state: State): void {
  must(seen.accepted !== null, 'law 1', 'talk without acceptance');
  must(
    event.at < seen.accepted + laws.allowed(seen),
    'law 2',
    `talk at ${event.at - seen.accepted} ms of ${laws.allowed(seen)}`,
  );
  must(
    state.call.phase === 'talking' && state.call.deadline.at <= seen.accepted + laws.allowed(seen),
    'law 2',
    'a deadline beyond what was granted',
  );
}
