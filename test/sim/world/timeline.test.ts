import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { timelineOf } from '../../../sim/world/timeline.ts';
import type { TerminalStep } from '../../../src/terminal/loop/loop.ts';

test('a late answer for the call before does not stand in the next', () => {
  const steps = new Subject<TerminalStep>();
  const tags: string[] = [];
  timelineOf(steps).subscribe(({ tag }) => tags.push(tag));
  const at = (phase: string, call: string | null, event: object) =>
    steps.next({
      state: { settings: {}, call: call === null ? { phase, last: null } : { phase, lift: { call, lifted: 1 } } },
      event: { at: 1, ...event },
      actions: [],
    } as unknown as TerminalStep);
  const reply = (call: string) => ({ type: 'reply', call, request: 1, reply: { type: 'identify', result: 'unknown' } });
  at('language', 'a', { type: 'off-hook', call: 'a' });
  at('idle', null, { type: 'on-hook' });
  at('idle', null, { type: 'no-reply', call: 'a', request: 1, cause: 'timeout' });
  at('language', 'b', { type: 'off-hook', call: 'b' });
  at('language', 'b', reply('a'));
  at('pin', 'b', reply('b'));
  const replies = tags.filter((tag) => /reply/.test(tag));
  expect(replies).toEqual(['no-reply:timeout', 'reply:identify:unknown']);
});
