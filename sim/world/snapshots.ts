import { BehaviorSubject, interval, type Observable, throttleTime } from 'rxjs';
import type { Charge } from '../../src/protocol/call.ts';
import type { Instant, Millis, Money } from '../../src/protocol/units.ts';
import type { State } from '../../src/terminal/call/state.ts';
import { view } from '../../src/terminal/call/view.ts';
import type { TerminalStep } from '../../src/terminal/loop/loop.ts';
import type { Snapshot } from './port.ts';

/** What is left of the paying account while a call goes on: floor, as the platform charges. */
function moneyLeft(charge: Charge | null, talked: Millis | null): Money | null {
  if (charge === null || charge.kind === 'free') return null;
  return (charge.balance - Math.floor((charge.rate * (talked ?? 0)) / 60_000)) as Money;
}

/** Whether a call is recorded, once it may go. */
function recordingOf({ call }: State): Snapshot['recording'] {
  if (!('leave' in call)) return null;
  const { leave } = call;
  if (leave.kind === 'hotline') return leave.hotline.privileged ? 'private' : 'not-recorded';
  if (leave.grant.privileged) return 'private';
  return leave.grant.recorded ? 'recorded' : 'not-recorded';
}

/** The snapshot of a world, kept current from the terminal's steps and what else is told; time runs on while talking. */
export function openSnapshots(start: Snapshot, steps: Observable<TerminalStep>) {
  const current = new BehaviorSubject<Snapshot>(start);
  let last: TerminalStep | null = null;
  const put = (change: Partial<Snapshot>) => current.next({ ...current.value, ...change });
  const refresh = () => {
    if (!last) return;
    const { charge, hook, phase, language, ending, talked, left, quality, otherVoice } = view(
      last.state,
      Date.now() as Instant,
    );
    const { faults, lockdown, registration } = last.state;
    put({
      hook,
      phase,
      language,
      lockdown,
      faults: [...faults],
      registration,
      talked,
      left,
      balance: moneyLeft(charge, talked),
      mos: quality?.mos.now ?? null,
      otherVoice,
      ending: ending?.reason ?? null,
      blocking: last.state.call.phase === 'greeting' && last.state.call.block !== 'no',
      recording: recordingOf(last.state),
    });
  };
  const subscription = steps.subscribe((step) => {
    last = step;
    refresh();
  });
  subscription.add(
    interval(250).subscribe(() => {
      if (current.value.phase === 'talking') refresh();
    }),
  );
  return {
    snapshots: current.pipe(throttleTime(50, undefined, { leading: true, trailing: true })),
    get value() {
      return current.value;
    },
    put,
    close() {
      subscription.unsubscribe();
      current.complete();
    },
  };
}
