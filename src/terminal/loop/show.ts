import { combineLatest, distinctUntilChanged, map, type Observable, type Subscription } from 'rxjs';
import type { UnitId } from '../../protocol/units.ts';
import type { Bench } from '../bench/port.ts';
import { toldOf } from '../call/cover.ts';
import type { State } from '../call/step.ts';
import { view } from '../call/view.ts';
import type { Drivers } from '../drivers.ts';
import type { Fleet } from '../fleet/port.ts';
import { lamps } from './lamps.ts';

type Counters = Readonly<Record<string, number>>;

/** What the status says of the phone whatever happens. */
export interface Identity {
  readonly unit: UnitId;
  readonly version: string;
}

/** The status that staff see. */
export function tellFleet(fleet: Fleet, { unit, version }: Identity, state: State, counters: Counters): void {
  const { hook, phase, call, otherVoice, accepted, ends, quality, ending } = view(toldOf(state));
  const { faults, lockdown, registration } = state;
  fleet.report({
    ...{ unit, hook, phase, call, lockdown, registration, version },
    ...{ faults: [...faults], counters: { ...counters } },
    ...(otherVoice && { otherVoice }),
    ...(accepted !== null && ends !== null && { talk: { accepted, ends, mos: quality && toTheHalf(quality.mos.now) } }),
    ...(phase === 'ended' && ending && { ending: ending.reason }),
  });
}

/** The status is told anew where something differs: what quality trembles by is nothing new. */
const toTheHalf = (mos: number): number => Math.max(1, Math.round(mos * 2) / 2);

/** What a technician's tests must know; what they say is read by staff. */
export function tellBench(bench: Bench, state: State, counters: Counters): void {
  const { hook, phase } = view(toldOf(state));
  const { bench: had, lockdown, registration, faults } = state;
  bench.see({ phase, hook, bench: had, lockdown, registration, faults, counters });
}

/** The lamps say how the phone is, or what a test of them wants. */
export function showLamps({ bench, hardware }: Drivers, steps: Observable<{ readonly state: State }>): Subscription {
  const shown = combineLatest([steps, bench.lamps]).pipe(
    map(([{ state }, test]) => test ?? lamps(state)),
    distinctUntilChanged((a, b) => a.line === b.line && a.fault === b.fault),
  );
  return shown.subscribe(({ line, fault }) => {
    hardware.led('line', line);
    hardware.led('fault', fault);
  });
}
