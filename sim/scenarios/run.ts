import { filter, firstValueFrom, type Observable, ReplaySubject, race, take, timer } from 'rxjs';
import { soundOf } from '../../src/cli/voice/hear.ts';
import type { Deed, LedgerLine, TimelineEntry, World } from '../world/port.ts';
import { differences } from './outcome.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

/** How a scenario went: null where it went as the file says, otherwise the first difference in one line. */
export interface Verdict {
  readonly name: string;
  readonly difference: string | null;
  readonly timeline: readonly TimelineEntry[];
  readonly records: readonly LedgerLine[];
}

/** Between two keys of a person who knows his PIN by heart, ms. */
const KEY_GAP = 80;
/** A record is on its way through journal, broker and database for this long at the most, ms. */
const RECORD_WAIT = 15_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A spoken line fits an expectation of any clip in it: `say:ended-busy` fits `say:ended-busy+please-hang-up`. */
export function fits(tag: string, wanted: string): boolean {
  if (tag === wanted) return true;
  return wanted.startsWith('say:') && tag.startsWith('say:') && tag.slice(4).split('+').includes(wanted.slice(4));
}

/**
 * Plays a scenario in a world to its end, or to the first difference. Lines of the timeline are told to `tell` as they come.
 * An expectation looks on from where the one before it was met, never back.
 */
export async function runScenario(
  scenario: Scenario,
  world: World,
  tell: (entry: TimelineEntry) => void,
): Promise<Verdict> {
  const timeline: TimelineEntry[] = [];
  const come = new ReplaySubject<{ entry: TimelineEntry; index: number }>();
  const subscription = world.timeline.subscribe((entry) => {
    come.next({ entry, index: timeline.push(entry) - 1 });
    tell(entry);
  });
  try {
    const difference = (await play(scenario, world, come)) ?? (await settle(scenario, world, timeline));
    return { name: scenario.name, difference, timeline, records: [...(await world.ledger())].reverse() };
  } finally {
    subscription.unsubscribe();
  }
}

type Come = Observable<{ entry: TimelineEntry; index: number }>;

async function play(scenario: Scenario, world: World, come: Come): Promise<string | null> {
  let seen = -1;
  await world.act({ do: 'callee-habit', habit: scenario.habit });
  for (const [number, step] of scenario.steps.entries()) {
    if (typeof step === 'object' && 'expect' in step) {
      const met = await firstValueFrom(
        race(
          come.pipe(filter(({ entry, index }) => index > seen && fits(entry.tag, step.expect))),
          timer(step.within),
        ).pipe(take(1)),
      );
      if (typeof met === 'number')
        return `step ${number + 1}: expected ${step.expect}, and in ${step.within} ms it did not come`;
      seen = met.index;
    } else {
      await perform(step, world);
    }
  }
  return null;
}

async function perform(step: Exclude<ScenarioStep, { expect: string }>, world: World): Promise<void> {
  if (typeof step === 'string') return world.act({ do: step });
  if ('wait' in step) return pause(step.wait);
  if ('callee' in step) return world.act({ do: 'callee', act: step.callee });
  if ('hand' in step) return world.act({ do: 'hand', to: step.hand });
  if ('say-digits' in step) return world.act({ do: 'say-digits', speaker: step['say-digits'] });
  if ('say' in step) return world.say(soundOf(step.say));
  if ('habit' in step) return world.act({ do: 'callee-habit', habit: step.habit });
  if ('platform' in step) return world.act({ do: 'platform', state: step.platform });
  if ('lockdown' in step) {
    const { lockdown: scope, state, mode } = step;
    return world.act({ do: 'lockdown', scope, state, mode, reason: 'scenario' });
  }
  for (const key of step.keys) {
    await world.act({ do: 'key', key } as Deed);
    await pause(KEY_GAP);
  }
}

/** Waits for the records to arrive, then compares them with what the file says. */
async function settle(scenario: Scenario, world: World, timeline: readonly TimelineEntry[]): Promise<string | null> {
  const { records, never } = scenario.outcome;
  const bad = timeline.find(({ tag }) => never.some((unwanted) => fits(tag, unwanted)));
  if (bad) return `${bad.tag} came, and never should`;
  const until = performance.now() + RECORD_WAIT;
  let ledger = await world.ledger();
  while (ledger.length < records.length && performance.now() < until) {
    await pause(100);
    ledger = await world.ledger();
  }
  return differences(records, [...ledger].reverse());
}
