import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTS, SelfTestProgress, verdictOf } from '../../../src/protocol/self-test.ts';
import { KEYS } from '../../../src/protocol/units.ts';
import { ALL, Tester } from './tester.ts';

describe('the keypad', () => {
  it('passes when each key comes as it is wanted', () => {
    const tester = new Tester(['keys']);
    expect(tester.progress.todo).toBe('Press 1. Still wanted: 1 2 3 4 5 6 7 8 9 * 0 #');
    tester.press('123456789*0#');
    expect(tester.last).toMatchObject({ verdict: 'passed', detail: 'all 12 keys came, in order' });
    expect(tester.actions.at(-1)).toEqual({ type: 'over' });
  });

  it('shows the wrong key, and lets a slip of the finger be', () => {
    const tester = new Tester(['keys']);
    tester.press('124');
    expect(tester.progress).toMatchObject({
      todo: expect.stringMatching(/^4 came instead\. Press 3\./),
      keys: { wrong: '4' },
    });
    tester.press('3456789*0#');
    expect(tester.last).toMatchObject({ verdict: 'passed', figures: { slips: 1 } });
  });

  it('fails with what never came, and what came instead', () => {
    const tester = new Tester(['keys']);
    tester.press('12345558');
    tester.wait(60_000);
    expect(tester.last).toMatchObject({
      verdict: 'failed',
      detail: 'never came: 6 7 8 9 * 0 #; 8 came when 6 was wanted',
    });
  });

  it('fails with a key that comes twice for one press', () => {
    const tester = new Tester(['keys']);
    tester.press('12');
    tester.down('3');
    tester.wait(10);
    tester.up('3');
    tester.down('3');
    tester.wait(50);
    tester.up('3');
    expect(tester.progress.keys?.doubled).toEqual(['3']);
    tester.wait(500);
    tester.press('456789*0#');
    expect(tester.last).toMatchObject({ verdict: 'failed', detail: 'comes twice for one press: 3' });
  });

  it('shows a key that stays down, and fails with one that never comes up', () => {
    const tester = new Tester(['keys']);
    tester.down('1');
    tester.wait(9_000);
    expect(tester.progress).toMatchObject({ todo: 'Key 1 stays down. Free it.', keys: { stuck: ['1'] } });
    tester.up('1');
    tester.press('23456789*0');
    tester.down('#');
    tester.wait(9_000);
    expect(tester.last).toMatchObject({ verdict: 'failed', detail: 'stays down: #' });
  });

  it('is skipped where nobody is there', () => {
    const tester = new Tester(['keys']);
    tester.wait(60_000);
    expect(tester.last).toMatchObject({ verdict: 'skipped', detail: 'nobody did anything for 60 s' });
    expect(verdictOf(tester.state.results)).toBe('incomplete');
  });
});

describe('what else a hand does', () => {
  it.each([
    ['off', 'on'],
    ['on', 'off'],
  ] as const)('the hook passes when %s and then %s are seen', (first, second) => {
    const tester = new Tester(['hook']);
    tester.do({ type: 'hook', hook: first });
    tester.wait(1_000);
    tester.do({ type: 'hook', hook: second });
    expect(tester.last).toMatchObject({ part: 'hook', verdict: 'passed' });
  });

  it('a hook that chatters fails', () => {
    const tester = new Tester(['hook']);
    tester.do({ type: 'hook', hook: 'off' });
    tester.wait(25);
    tester.do({ type: 'hook', hook: 'on' });
    expect(tester.last).toMatchObject({ verdict: 'failed', figures: { shortestMs: 25 } });
  });

  it('a hook of which only one side is seen fails', () => {
    const tester = new Tester(['hook']);
    tester.do({ type: 'hook', hook: 'off' });
    tester.wait(60_000);
    expect(tester.last).toMatchObject({ verdict: 'failed', detail: 'the handset was seen up, and never down' });
  });

  it('each volume button and both sides of the tamper switch are wanted', () => {
    const tester = new Tester(['volume', 'tamper']);
    tester.do({ type: 'volume', direction: 'down' });
    expect(tester.progress.todo).toMatch(/^Press volume up\./);
    tester.do({ type: 'volume', direction: 'up' });
    tester.do({ type: 'tamper', open: true });
    tester.do({ type: 'tamper', open: true });
    expect(tester.progress.part).toBe('tamper');
    tester.do({ type: 'tamper', open: false });
    expect(tester.results).toEqual(['volume passed', 'tamper passed']);
  });

  it('each lamp blinks while it is asked for, and one that is dark is named', () => {
    const tester = new Tester(['lamps']);
    expect(tester.actions.slice(0, 2)).toEqual([
      { type: 'lamp', led: 'line', lit: 'blink' },
      { type: 'lamp', led: 'fault', lit: 'off' },
    ]);
    tester.press('2');
    expect(tester.progress).toMatchObject({ asks: true, todo: 'Does the fault lamp blink? 1 yes, 2 no.' });
    tester.do({ type: 'answer', yes: true });
    expect(tester.last).toMatchObject({ verdict: 'failed', detail: 'dark: the line lamp' });
  });

  it('the echo is on while it is asked for, and off however that ends', () => {
    for (const end of [{ type: 'answer', yes: true }, { type: 'skip' }, { type: 'stop', why: 'x' }] as const) {
      const tester = new Tester(['echo']);
      tester.do(end);
      expect(tester.actions.filter(({ type }) => type === 'echo')).toEqual([
        { type: 'echo', on: true },
        { type: 'echo', on: false },
      ]);
    }
  });
});

describe('a test', () => {
  it('passes over what the phone has not', () => {
    const bare = { volume: [], tamper: false, lamps: [], sound: false, simulated: [] };
    const tester = new Tester(['sound', 'volume', 'tamper', 'lamps', 'echo'], bare);
    expect(tester.results.every((result) => result.endsWith('not-fitted'))).toBe(true);
    expect(verdictOf(tester.state.results)).toBe('passed');
    expect(tester.actions).toEqual([{ type: 'over' }]);
  });

  it('looks at nothing that software plays, asks nobody for it, and is not passed', () => {
    const tester = new Tester(['keys', 'sound'], { ...ALL, simulated: ['keys', 'sound'] });
    expect(tester.results).toEqual(['sound simulated', 'keys simulated']);
    expect(verdictOf(tester.state.results)).toBe('incomplete');
  });

  it('does not wait for ever for a measurement', () => {
    const tester = new Tester(['broker']);
    expect(tester.actions[0]).toEqual({ type: 'measure', part: 'broker' });
    tester.wait(30_000);
    expect(tester.last).toMatchObject({ verdict: 'failed', detail: 'took longer than 30 s' });
  });

  it('counts as skipped what it was stopped before', () => {
    const tester = new Tester(['keys', 'hook']);
    tester.do({ type: 'stop', why: 'a lockdown took the phone' });
    expect(tester.results).toEqual(['keys skipped', 'hook skipped']);
    expect(tester.do({ type: 'skip' })).toEqual([]);
  });

  it('whatever happens has one result a part, ends, and leaves no echo and no timer', () => {
    const key = fc.constantFrom(...KEYS);
    const event = fc.oneof(
      fc.record({ type: fc.constant('key' as const), key, edge: fc.constantFrom('down' as const, 'up' as const) }),
      fc.record({ type: fc.constant('hook' as const), hook: fc.constantFrom('on' as const, 'off' as const) }),
      fc.record({
        type: fc.constant('volume' as const),
        direction: fc.constantFrom('up' as const, 'down' as const, 'next' as const),
      }),
      fc.record({ type: fc.constant('tamper' as const), open: fc.boolean() }),
      fc.record({ type: fc.constant('answer' as const), yes: fc.boolean() }),
      fc.record({ type: fc.constant('timer' as const), run: fc.nat(20) }),
      fc.record({
        type: fc.constant('measured' as const),
        result: fc.record({
          part: fc.constantFrom(...PARTS),
          verdict: fc.constantFrom('passed' as const, 'failed' as const),
          detail: fc.constant('seen'),
          remedy: fc.constant(null),
          figures: fc.constant({}),
        }),
      }),
      fc.constant({ type: 'skip' as const }),
    );
    const parts = fc.subarray([...PARTS], { minLength: 1 });
    fc.assert(
      fc.property(parts, fc.array(fc.tuple(event, fc.nat(70_000)), { maxLength: 120 }), (wanted, events) => {
        const tester = new Tester(wanted, ALL);
        for (const [happening, span] of events) {
          tester.do(happening);
          tester.wait(span);
          SelfTestProgress.parse(tester.progress);
          expect(tester.due === null).toBe(tester.state.now === null);
        }
        for (let n = 0; n < 40; n += 1) tester.wait(60_000);
        expect(tester.state.now).toBeNull();
        expect(tester.state.results.map(({ part }) => part)).toEqual(PARTS.filter((part) => wanted.includes(part)));
        expect(tester.actions.filter(({ type }) => type === 'over')).toEqual([{ type: 'over' }]);
        const echo = tester.actions.findLast((action) => action.type === 'echo');
        expect(echo === undefined || (echo.type === 'echo' && !echo.on)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
