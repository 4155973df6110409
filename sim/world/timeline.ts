import type { Observable } from 'rxjs';
import { from, mergeMap } from 'rxjs';
import type { Instant, Millis } from '../../src/protocol/units.ts';
import { view } from '../../src/terminal/call/view.ts';
import { actionName, eventName } from '../../src/terminal/loop/log.ts';
import type { TerminalStep } from '../../src/terminal/loop/loop.ts';
import type { TimelineEntry } from './port.ts';

type Told = Pick<TimelineEntry, 'source' | 'tag' | 'text'>;
type Step = TerminalStep;

/** What an event is to people; null for what shows by its consequences anyway. */
function told({ event, state }: Step): Told | null {
  const text = eventName(event);
  switch (event.type) {
    case 'off-hook':
      return { source: 'hardware', tag: 'lifted', text: 'handset lifted' };
    case 'on-hook':
      return { source: 'hardware', tag: 'on-hook', text: 'handset down' };
    case 'key':
      return { source: 'hardware', tag: 'key', text: 'key' };
    case 'volume':
      return { source: 'hardware', tag: `volume:${state.volume}`, text: `volume ${event.direction}` };
    case 'fault':
      return { source: 'hardware', tag: `fault:${event.fault}:${event.state}`, text };
    case 'rules':
    case 'hotlines':
      return { source: 'platform', tag: event.type, text: event.type === 'rules' ? 'new settings' : 'new hotlines' };
    case 'cut-off':
      return { source: 'staff', tag: 'cut-off', text: 'staff end the call' };
    case 'bench':
      return { source: 'core', tag: `bench:${event.on ? 'on' : 'off'}`, text };
    case 'bench-reply':
    case 'said':
    case 'timer':
    case 'quality':
    case 'windows':
      return null;
    case 'answer':
      return { source: 'sound', tag: `answer:${event.heard.kind}`, text };
    case 'reply':
      return { source: 'platform', tag: `reply:${event.reply.type}:${event.reply.result}`, text };
    case 'no-reply':
      return { source: 'platform', tag: `no-reply:${event.cause}`, text };
    case 'lockdown':
      return { source: 'staff', tag: `lockdown:${event.lockdown.state}`, text };
    case 'registration':
      return { source: 'sip', tag: `registration:${event.registration}`, text };
    case 'far-digit':
      return { source: 'sip', tag: 'far-digit', text: 'the called party pressed a key' };
    case 'ringing':
    case 'answered':
    case 'dial-failed':
    case 'far-ended':
    case 'redirected':
    case 'hold':
    case 'media-lost':
      return { source: 'sip', tag: event.type, text };
  }
}

function acted({ actions }: Step): Told[] {
  return actions.flatMap((action): Told[] => {
    const text = actionName(action) ?? '';
    switch (action.type) {
      case 'say':
        if (action.to === 'nobody') return [];
        return [{ source: 'sound', tag: `say:${action.clips.join('+')}`, text }];
      case 'listen':
        return action.listen === null ? [] : [{ source: 'sound', tag: 'listen', text }];
      case 'keep-name':
        return [{ source: 'sound', tag: 'name', text: 'the greeting has the name as its caller says it' }];
      case 'tell':
        return [{ source: 'core', tag: `${action.event.type}:${action.event.state}`, text }];
      case 'tone':
        return action.tone === null ? [] : [{ source: 'sound', tag: `tone:${action.tone}`, text }];
      case 'bridge':
        return [{ source: 'sound', tag: `bridge:${action.on ? 'open' : 'shut'}`, text }];
      case 'ask':
        return [{ source: 'platform', tag: `ask:${action.ask.type}`, text }];
      case 'dial':
      case 'hang-up':
        return [{ source: 'sip', tag: action.type, text }];
      case 'journal':
        if (action.entry.type !== 'record') return [];
        return [{ source: 'core', tag: `ended:${action.entry.record.ending.reason}`, text }];
      default:
        return [];
    }
  });
}

/** A terminal's steps as lines for people and tags for scripts. Without what was keyed. */
export function timelineOf(steps: Observable<Step>): Observable<TimelineEntry> {
  let lifted: Instant | null = null;
  let phase = 'idle';
  return steps.pipe(
    mergeMap((step) => {
      const { event, state } = step;
      if (event.type === 'off-hook' && phase === 'idle') lifted = event.at;
      const { phase: now, call } = view(state);
      // An answer that was under way when the call before ended is none of this one's.
      const late = 'call' in event && call !== null && event.call !== call;
      const first = late ? null : told(step);
      const moved: Told[] = now === phase ? [] : [{ source: 'core', tag: `phase:${now}`, text: now }];
      phase = now;
      const lines = [...(first ? [first] : []), ...moved, ...acted(step)];
      return from(lines.map((line): TimelineEntry => ({ ...line, at: event.at, since: sinceLift(event.at, lifted) })));
    }),
  );
}

/** Time since the handset was lifted, null before the first lift. */
export const sinceLift = (at: Instant, lifted: Instant | null): Millis | null =>
  lifted === null ? null : (Math.max(0, at - lifted) as Millis);
