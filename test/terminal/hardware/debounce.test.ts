import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Key, Millis } from '../../../src/protocol/units.ts';
import { HookSwitch } from '../../../src/terminal/hardware/hook.ts';
import { Keypad } from '../../../src/terminal/hardware/keypad.ts';

const DEBOUNCE = 20 as Millis;
const STUCK = 1_000 as Millis;
const pause = fc.integer({ min: 0, max: 60 });
const level = fc.constantFrom('on' as const, 'off' as const);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a hook switch', () => {
  it('tells each state once, after it has stood long enough, and ends where its last level was', () => {
    const reading = fc.tuple(level, pause);
    fc.assert(
      fc.property(level, fc.array(reading, { maxLength: 60 }), (first, readings) => {
        const told: { hook: string; at: number }[] = [];
        const hook = new HookSwitch({ polarity: 'normal', debounce: DEBOUNCE }, (state) =>
          told.push({ hook: state, at: Date.now() }),
        );
        hook.settle(first);
        let last = first;
        let changed = Date.now();
        for (const [next, after] of readings) {
          vi.advanceTimersByTime(after);
          if (next !== last) changed = Date.now();
          last = next;
          hook.read(next);
        }
        vi.advanceTimersByTime(DEBOUNCE);
        expect(told.at(-1)?.hook).toBe(last);
        told.forEach(({ hook: state }, n) => {
          expect(state).not.toBe(told[n - 1]?.hook);
        });
        if (told.length > 1) expect(told.at(-1)?.at).toBeLessThanOrEqual(changed + DEBOUNCE);
        hook.close();
        expect(vi.getTimerCount()).toBe(0);
      }),
    );
  });

  it('forgets a level that was waiting when it is closed', () => {
    const told: string[] = [];
    const hook = new HookSwitch({ polarity: 'reversed', debounce: DEBOUNCE }, (state) => told.push(state));
    hook.settle('off');
    hook.read('on');
    hook.close();
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual(['on']);
  });
});

describe('a keypad', () => {
  const edge = fc.record({
    key: fc.constantFrom<Key>('1', '5', '#'),
    edge: fc.constantFrom('down' as const, 'up' as const),
    after: fc.oneof(pause, fc.constant(1_500)),
  });

  it.each([0, 20])('tells presses, a down and then its up, whatever edges are lost (debounce %i ms)', (debounce) => {
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 80 }), (edges) => {
        const down = new Set<Key>();
        const keypad = new Keypad(
          { debounce: debounce as Millis, stuck: STUCK },
          (key, told) => {
            expect(down.has(key)).toBe(told === 'up');
            if (told === 'down') down.add(key);
            else down.delete(key);
          },
          () => {},
        );
        for (const each of edges) {
          vi.advanceTimersByTime(each.after);
          keypad.edge(each.key, each.edge);
        }
        vi.advanceTimersByTime(STUCK);
        expect(down.size).toBe(0);
        expect(vi.getTimerCount()).toBe(0);
      }),
    );
  });

  it('takes a bounce for one press, and two presses for two', () => {
    const told: string[] = [];
    const keypad = new Keypad(
      { debounce: DEBOUNCE, stuck: STUCK },
      (key, to) => told.push(key + to),
      () => {},
    );
    for (const [to, after] of [
      ['down', 0],
      ['up', 5],
      ['down', 3],
      ['up', 80],
      ['down', 60],
      ['up', 80],
    ] as const) {
      vi.advanceTimersByTime(after);
      keypad.edge('5', to);
    }
    vi.advanceTimersByTime(DEBOUNCE);
    expect(told).toEqual(['5down', '5up', '5down', '5up']);
    keypad.close();
  });
});
