import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEYS } from '../../../../src/protocol/units.ts';
import { EvtestOutput, type EvtestSays } from '../../../../src/terminal/hardware/input/evtest.ts';
import { Typed } from '../../../../src/terminal/hardware/input/typed.ts';
import { InputBoard } from '../../../../src/terminal/hardware/input/wiring.ts';

const HOOK = { key: 'KEY_F13', lifted: 'up' } as const;
const board = (more: object = {}) =>
  InputBoard.safeParse({ kind: 'input', path: '/dev/input/by-id/x', hook: HOOK, ...more });

describe('what evtest prints', () => {
  const code = fc.constantFrom('KEY_1', 'KEY_KPASTERISK', 'KEY_LEFTSHIFT', 'BTN_LEFT');
  const noise = fc.constantFrom(
    'Event: time 1.2, -------------- SYN_REPORT ------------',
    'Event: time 1.2, type 4 (EV_MSC), code 4 (MSC_SCAN), value 7001e',
    'Event: time 1.2, type 1 (EV_KEY), code 2 (KEY_1), value 2',
    'Event: time 1.2, type 17 (EV_LED), code 0 (LED_NUML), value 1',
    '    Event code 2 (KEY_1)',
    'expected 24 bytes, got -1',
    '',
    'x'.repeat(5_000),
  );
  const line = fc.oneof(
    fc.record({ code, down: fc.boolean() }).map(({ code: name, down }) => ({
      text: `Event: time 1795522114.868427, type 1 (EV_KEY), code 2 (${name}), value ${down ? 1 : 0}`,
      says: [{ type: 'key' as const, code: name, down }] as EvtestSays[],
    })),
    noise.map((text) => ({ text, says: [] as EvtestSays[] })),
    fc.constant({ text: 'Testing ... (interrupt to exit)', says: [{ type: 'open' }] as EvtestSays[] }),
    fc.constant({
      text: 'Event: time 1.2, >>>>>>>>>>>>>> SYN_DROPPED <<<<<<<<<<<<',
      says: [{ type: 'dropped' }] as EvtestSays[],
    }),
    fc.constant({ text: '  This device is grabbed by another process.', says: [{ type: 'grabbed' }] as EvtestSays[] }),
  );

  it('is understood in pieces of any size, and nothing else is taken for a key', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 60 }), (lines, size) => {
        const text = lines.map((each) => `${each.text}\n`).join('');
        const output = new EvtestOutput();
        const said: EvtestSays[] = [];
        for (let at = 0; at < text.length; at += size) said.push(...output.push(text.slice(at, at + size)));
        expect(said).toEqual(lines.flatMap(({ says }) => says));
      }),
    );
  });
});

describe('typing', () => {
  const step = fc.record({
    code: fc.constantFrom('KEY_LEFTSHIFT', 'KEY_RIGHTSHIFT', 'KEY_3', 'KEY_8', 'KEY_1', 'KEY_KP1', 'KEY_Q'),
    down: fc.boolean(),
  });

  it('lets go of the very key that was pressed, whenever shift moves', () => {
    const parsed = board();
    if (!parsed.success) throw parsed.error;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const typed = new Typed(parsed.data.keys);
        const held = new Map<string, string>();
        const shifts = new Set<string>();
        for (const { code, down } of steps) {
          const key = typed.type(code, down);
          if (code.endsWith('SHIFT')) {
            expect(key).toBeNull();
            if (down) shifts.add(code);
            else shifts.delete(code);
          } else if (down) {
            if (key !== null) held.set(code, key);
            const shifted: Record<string, string> = { KEY_3: '#', KEY_8: '*' };
            const plain: Record<string, string> = { KEY_3: '3', KEY_8: '8', KEY_1: '1', KEY_KP1: '1' };
            expect(key).toBe((shifts.size > 0 ? shifted : plain)[code] ?? null);
          } else {
            expect(key).toBe(held.get(code) ?? null);
            held.delete(code);
          }
        }
      }),
    );
  });
});

describe('the wiring of a USB handset', () => {
  it('has a key for each of a telephone by default, and refuses a map that has not', () => {
    const parsed = board();
    expect(new Set(Object.values(parsed.data?.keys ?? {}))).toEqual(new Set(KEYS));
    expect(board({ keys: { KEY_1: '1' } }).error?.issues[0]?.message).toContain('each of 0-9, * and # is wanted');
    expect(board({ keys: { Key1: '1' } }).success).toBe(false);
    expect(board({ path: 'event0' }).success).toBe(false);
  });
});
