import { ATTENDED, PARTS, type Part, type PartResult } from '../../../protocol/self-test.ts';
import { type Millis, millis } from '../../../protocol/units.ts';
import type { Fitted } from '../fitted.ts';
import type { TestAction } from './action.ts';
import type { TestEvent } from './event.ts';
import { leader } from './leader.ts';
import { startHook } from './parts/hook.ts';
import { startKeys } from './parts/keys.ts';
import type { Outcome } from './parts/part.ts';
import { startLamps } from './parts/senses.ts';
import type { PartState, TestState } from './state.ts';

/** What one event makes of a test, and what is to be done, in order. */
export interface TestStep {
  readonly state: TestState;
  readonly actions: readonly TestAction[];
}

/** Longest that a part may take that needs nobody, ms. */
const MEASURE = 30_000 as Millis;
/** A person who does nothing for so long is not there, ms. */
const NOBODY = 60_000 as Millis;

/** A new test of `parts`, in the order of `PARTS`, on a phone whose handset is `hook`. */
export function start(parts: readonly Part[], fitted: Fitted, hook: 'on' | 'off'): TestStep {
  const ordered = PARTS.filter((part) => parts.includes(part));
  return next({ fitted, parts: ordered, ahead: ordered, hook, now: null, touched: false, run: 0, results: [] }, []);
}

/** Makes of a test and an event the next state and what is to be done. Pure. A test that is over stays as it is. */
export function stepTest(state: TestState, event: TestEvent): TestStep {
  const told = event.type === 'hook' ? { ...state, hook: event.hook } : state;
  const { now } = told;
  if (now === null) return { state: told, actions: [] };
  switch (event.type) {
    case 'stop':
      return abandon(told, event.why);
    case 'skip':
      return finish(told, skipped(now.part, 'skipped by the technician'));
    case 'timer':
      return event.run === told.run ? timeUp(told, now, event.at) : { state: told, actions: [] };
    case 'measured':
      if (now.by !== 'measure' || now.part !== event.result.part) return { state: told, actions: [] };
      return finish(told, event.result);
    default:
      return now.by === 'measure' ? { state: told, actions: [] } : attended(told, now, event);
  }
}

function attended(state: TestState, now: PartState, event: TestEvent): TestStep {
  const lead = leader(now);
  const outcome: Outcome =
    event.type === 'answer'
      ? (lead.answer?.(event.yes) ?? { now })
      : event.type === 'key' || event.type === 'hook' || event.type === 'volume' || event.type === 'tamper'
        ? lead.touch(event, event.at)
        : { now };
  if ('result' in outcome) return finish(state, outcome.result);
  if (outcome.now === now) return { state, actions: [] };
  return wait({ ...state, now: outcome.now, touched: true }, leader(outcome.now).show());
}

/** Sets the timer of the part that is being looked at. */
function wait(state: TestState, before: readonly TestAction[]): TestStep {
  const run = state.run + 1;
  const { now } = state;
  const again = now === null ? null : leader(now).lookAgain();
  const after = again !== null ? millis(again) : now?.by === 'measure' ? MEASURE : NOBODY;
  return { state: { ...state, run }, actions: [...before, { type: 'timer', run, after }] };
}

function timeUp(state: TestState, now: PartState, at: number): TestStep {
  const seen = leader(now).late(at);
  if (seen !== null) return 'result' in seen ? finish(state, seen.result) : wait({ ...state, now: seen.now }, []);
  if (leader(now).lookAgain() !== null) return wait(state, []);
  if (now.by === 'measure') {
    const remedy = 'do this part again; if it comes again, restart the terminal';
    const detail = `took longer than ${MEASURE / 1_000} s`;
    return finish(state, { part: now.part, verdict: 'failed', detail, remedy, figures: {} });
  }
  if (!state.touched) return finish(state, skipped(now.part, `nobody did anything for ${NOBODY / 1_000} s`));
  return finish(state, { part: now.part, verdict: 'failed', ...leader(now).missing(), figures: {} });
}

const skipped = (part: Part, detail: string): PartResult => ({
  part,
  verdict: 'skipped',
  detail,
  remedy: null,
  figures: {},
});

/** Ends it here: what is still to come counts as skipped. */
function abandon(state: TestState, why: string): TestStep {
  const left = state.now === null ? state.ahead : [state.now.part, ...state.ahead];
  const results = [...state.results, ...left.map((part) => skipped(part, why))];
  const actions = [...hush(state), { type: 'over' } as const];
  return { state: { ...state, now: null, ahead: [], results }, actions };
}

function finish(state: TestState, result: PartResult): TestStep {
  return next({ ...state, now: null, results: [...state.results, result] }, hush(state));
}

const hush = ({ now }: TestState): TestAction[] =>
  now?.part === 'echo' && now.by === 'hand' ? [{ type: 'echo', on: false }] : [];

/** Goes to the next part that this phone has. */
function next(state: TestState, before: readonly TestAction[]): TestStep {
  const [part, ...ahead] = state.ahead;
  if (part === undefined) return { state, actions: [...before, { type: 'over' }] };
  const played = state.fitted.simulated.includes(part);
  const now = played ? null : begin(part, state.fitted);
  if (now === null)
    return next({ ...state, ahead, results: [...state.results, played ? simulated(part) : notFitted(part)] }, before);
  const show: TestAction[] = now.by === 'measure' ? [{ type: 'measure', part }] : [...leader(now).show()];
  return wait({ ...state, ahead, now, touched: false }, [...before, ...show]);
}

const notFitted = (part: Part): PartResult => ({
  part,
  verdict: 'not-fitted',
  detail: 'not on this phone',
  remedy: null,
  figures: {},
});

const simulated = (part: Part): PartResult => ({
  part,
  verdict: 'simulated',
  detail: 'software plays it: nothing was looked at',
  remedy: null,
  figures: {},
});

/** How a part begins; null where the phone has no such thing. */
function begin(part: Part, { volume, tamper, lamps, sound }: Fitted): PartState | null {
  switch (part) {
    case 'keys':
      return startKeys();
    case 'hook':
      return startHook();
    case 'volume':
      return volume.length === 0 ? null : { part, by: 'hand', wanted: volume };
    case 'tamper':
      return tamper ? { part, by: 'hand', seen: [] } : null;
    case 'lamps':
      return startLamps(lamps);
    case 'echo':
      return sound ? { part, by: 'hand', on: true } : null;
    case 'sound':
      return sound ? { part, by: 'measure' } : null;
    default:
      return { part, by: 'measure' };
  }
}

/** Parts that need nobody. */
export const UNATTENDED: readonly Part[] = PARTS.filter((part) => !ATTENDED.includes(part));
