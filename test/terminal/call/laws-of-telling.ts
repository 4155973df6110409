import { toldOf } from '../../../src/terminal/call/cover.ts';
import type { Event } from '../../../src/terminal/call/event.ts';
import type { State, Step } from '../../../src/terminal/call/step.ts';
import type { Watched } from './seen.ts';
import { must } from './violation.ts';

const CALLED = ['dialling', 'ringing', 'greeting', 'talking'];
const OF_THE_LINE = ['dial', 'bridge', 'hang-up', 'send-digit', 'ask'];

/** What must be so of what is told of a step. @throws Violation */
export function afterTelling({ seen }: Watched, before: State, event: Event, { state, told }: Step): void {
  const tip = seen?.dialled === true && seen.hotline?.hidden === true;
  const current = before.call.phase === 'idle' ? null : before.call.lift.call;
  const stale = 'call' in event && event.type !== 'off-hook' && event.call !== current;
  must(told !== null || tip || stale, 'told', 'nothing is told of an ordinary call');
  if (seen === null) return;
  const shown = toldOf(state).call;
  if (!tip) {
    must(shown === state.call, 'told', `${shown.phase} is told of an ordinary call that is ${state.call.phase}`);
    const held = seen.record?.kind === 'attempt' && state.call.phase !== 'idle';
    must(seen.held === held, 'told', 'a record that tells by its time whether somebody was called');
    return;
  }
  must(!CALLED.includes(shown.phase), 'told', `${shown.phase} is told of a tip line`);
  must((shown.phase === 'idle') === (state.call.phase === 'idle'), 'told', 'another hook than there is');
  for (const { type } of told?.actions ?? [])
    must(!OF_THE_LINE.includes(type), 'told', `${type} is told of a tip line`);
  if (shown.phase !== 'idle')
    must(seen.record === null || seen.held, 'told', 'the record of a tip line before its time');
  const over = shown.phase === 'ended' || shown.phase === 'idle';
  must((seen.cover !== null) === over, 'told', over ? 'no cover of a tip line' : 'a cover before its end');
  must(seen.cover === null || seen.cover.ending.reason !== 'restarted', 'told', 'a cover of a restart');
}
