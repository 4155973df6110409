import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import {
  concatMap,
  filter,
  map,
  merge,
  type Observable,
  observeOn,
  queueScheduler,
  ReplaySubject,
  Subject,
  Subscription,
  scan,
} from 'rxjs';
import type { CallId } from '../../protocol/units.ts';
import type { CoreEvent, Event } from '../call/event.ts';
import { type State, type Step, step } from '../call/step.ts';
import type { Clock } from '../clock.ts';
import type { Drivers } from '../drivers.ts';
import { openAside } from './aside.ts';
import { type CoreTerms, coreEvents } from './events.ts';
import { Line } from './line.ts';
import { logStep } from './log.ts';
import { performer } from './perform.ts';
import { type Identity, showLamps, tellBench, tellFleet } from './show.ts';

/** One thing that happened to a terminal, and what came of it. */
export interface TerminalStep extends Step {
  readonly event: Event;
}

/**
 * Joins the drivers to the core: events in, one `scan` over `step`, actions out, and what they leave shown. `steps`
 * gives the last event with its outcome at subscription, then each as it happens.
 */
export function startLoop(
  drivers: Drivers,
  clock: Clock,
  { rulesOf, ...identity }: Identity & Pick<CoreTerms, 'rulesOf'>,
  state: State,
  log: Logger,
): { readonly steps: Observable<TerminalStep>; stop(): void } {
  const { aside, counters } = openAside(drivers.fleet, log);
  const own = new Subject<CoreEvent>();
  const line = new Line(drivers.telephony);
  const perform = performer(drivers, line, log, (stored, detail) => {
    aside.fault('storage', stored, detail);
    own.next({ type: 'fault', fault: 'storage', state: stored });
  });
  const events = merge(own, coreEvents(drivers, { nextCall: () => randomUUID() as CallId, rulesOf }, aside)).pipe(
    map((event): Event => ({ ...event, at: clock.now() })),
    observeOn(queueScheduler),
  );

  const steps = new ReplaySubject<TerminalStep>(1);
  const subscription = new Subscription();
  subscription.add(steps.subscribe((done) => logStep(log, done)));
  // The status follows the actions: one that says a call is over must not overtake its record.
  const performed = steps.pipe(concatMap((done) => perform(done.actions).then(() => done.state)));
  subscription.add(performed.subscribe((now) => tellFleet(drivers.fleet, identity, now, counters)));
  subscription.add(steps.pipe(filter((now) => now.state.call.phase === 'idle')).subscribe(() => clock.settle()));
  subscription.add(steps.subscribe((now) => tellBench(drivers.bench, now.state, counters)));
  subscription.add(showLamps(drivers, steps));
  subscription.add(
    events
      .pipe(
        scan<Event, TerminalStep, { state: State }>((last, event) => ({ event, ...step(last.state, event) }), {
          state,
        }),
      )
      .subscribe(steps),
  );
  subscription.add(() => line.close());
  return { steps: steps.asObservable(), stop: () => subscription.unsubscribe() };
}
