import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Millis } from '../../../../src/protocol/units.ts';
import type { Level } from '../../../../src/terminal/hardware/gpio/lines.ts';
import { Switch } from '../../../../src/terminal/hardware/gpio/switch.ts';

const DEBOUNCE = 20 as Millis;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a switch', () => {
  it('is right 20 ms after the last change, whatever bounced and whichever edges were lost before', () => {
    const change = fc.record({ after: fc.integer({ min: 0, max: 60 }), seen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        let level: Level = 'high';
        const told: boolean[] = [];
        const contact = new Switch({ closed: 'low', debounce: DEBOUNCE }, () => level, {
          tell: (closed) => told.push(closed),
          lost: (error) => expect.fail(String(error)),
        });
        for (const { after, seen } of changes) {
          vi.advanceTimersByTime(after);
          level = level === 'high' ? 'low' : 'high';
          if (seen) contact.look();
        }
        // The edge of the last change, or the heartbeat that makes good its loss.
        contact.look();
        vi.advanceTimersByTime(DEBOUNCE);
        expect(contact.closed).toBe(level === 'low');
        expect(told).toEqual(told.map((_, n) => n % 2 === 0));
        expect(vi.getTimerCount()).toBe(0);
      }),
    );
  });

  it('tells nothing of what is shorter than the debounce time', () => {
    let level: Level = 'high';
    const told: boolean[] = [];
    const contact = new Switch({ closed: 'high', debounce: DEBOUNCE }, () => level, {
      tell: (closed) => told.push(closed),
      lost: () => expect.fail('lost'),
    });
    expect(contact.closed).toBe(true);
    level = 'low';
    contact.look();
    vi.advanceTimersByTime(15);
    level = 'high';
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([]);
  });

  it('says that its line cannot be read, and stops', () => {
    let broken = false;
    const lost: unknown[] = [];
    const contact = new Switch(
      { closed: 'low', debounce: DEBOUNCE },
      () => {
        if (broken) throw new Error('gone');
        return 'high';
      },
      { tell: () => expect.fail('told'), lost: (error) => lost.push(error) },
    );
    broken = true;
    contact.look();
    expect(lost).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
