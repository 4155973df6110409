import { type Observable, Subject } from 'rxjs';
import type { CallId, Millis } from '../protocol/units.ts';
import type { CoreEvent, Timer } from './call/event.ts';

type Fired = Extract<CoreEvent, { type: 'timer' }>;

/** The timers the core asked for: one of each name at most. */
export interface Timers {
  readonly events: Observable<Fired>;
  start(timer: Timer, call: CallId, run: number, after: Millis): void;
  stop(timer: Timer): void;
  close(): void;
}

export function openTimers(): Timers {
  const events = new Subject<Fired>();
  const running = new Map<Timer, NodeJS.Timeout>();
  const stop = (timer: Timer) => {
    clearTimeout(running.get(timer));
    running.delete(timer);
  };
  return {
    events,
    start(timer, call, run, after) {
      stop(timer);
      running.set(
        timer,
        setTimeout(() => {
          running.delete(timer);
          events.next({ type: 'timer', timer, call, run });
        }, after),
      );
    },
    stop,
    close() {
      for (const timer of [...running.keys()]) stop(timer);
      events.complete();
    },
  };
}
