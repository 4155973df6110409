import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import type { CallerId, CallId, Instant, Key } from '../../../src/protocol/units.ts';
import type { CoreEvent } from '../../../src/terminal/call/event.ts';
import { initial, type State, step } from '../../../src/terminal/call/step.ts';
import { grant, NOON, OPEN, settings } from './driver.ts';

/** Calls of a phone in a year: some fourteen a day. */
const CALLS = 5_000;

/** A good call of ten minutes, key by key. */
function* goodCall(state: () => State, call: CallId): Generator<[CoreEvent, number]> {
  const key = (of: string) => [...of].map((k): [CoreEvent, number] => [{ type: 'key', key: k as Key }, 300]);
  yield [{ type: 'off-hook', call }, 3_000];
  yield* key('112345678');
  const known = { type: 'identify', result: 'known', caller: 'c7' as CallerId, language: null } as const;
  yield [{ type: 'reply', call, request: 0, reply: known }, 20];
  yield* key('2125550123#');
  yield [{ type: 'reply', call, request: 1, reply: { type: 'authorise', result: 'granted', grant: grant() } }, 20];
  yield [{ type: 'ringing', call }, 1_000];
  yield [{ type: 'answered', call }, 5_000];
  yield [{ type: 'far-digit', call, digit: '1' }, 4_000];
  for (let n = 0; n < 59; n += 1) {
    const now = state().call;
    if (now.phase !== 'talking') break;
    yield [{ type: 'timer', timer: 'talking', call, run: now.lift.timers.talking ?? -1 }, 10_000];
  }
  yield [{ type: 'on-hook' }, 1_000];
}

it('a year of calls leaves a record each, and nothing behind', () => {
  let state = step(initial(settings()), { type: 'lockdown', lockdown: OPEN, at: NOON }).state;
  const [empty, start] = [JSON.stringify(state).length, performance.now()];
  let at: number = NOON;
  let steps = 0;
  let records = 0;
  for (let n = 0; n < CALLS; n += 1) {
    const call = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as CallId;
    for (const [event, after] of goodCall(() => state, call)) {
      at += after;
      const next = step(state, { ...event, at: at as Instant });
      state = next.state;
      steps += 1;
      for (const action of next.actions) if (action.type === 'journal' && action.entry.type === 'record') records += 1;
    }
  }
  const seconds = (performance.now() - start) / 1_000;
  console.log(`${CALLS} calls in ${seconds.toFixed(1)} s, ${Math.round(steps / seconds)} steps a second`);
  expect(records).toBe(CALLS);
  expect(JSON.stringify(state).length - empty).toBeLessThan(200);
});
