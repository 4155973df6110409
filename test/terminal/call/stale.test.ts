import { describe, expect, it } from 'vitest';
import { PHASES } from '../../../src/protocol/call.ts';
import { type CallerId, type CallId, KEYS, millis } from '../../../src/protocol/units.ts';
import type { CoreEvent, Timer } from '../../../src/terminal/call/event.ts';
import { grant, Phone, QUALITY } from './driver.ts';

const TIMERS: Timer[] = [
  'stall',
  'reply',
  'ring',
  'accept',
  'greeting',
  'warning',
  'deadline',
  'extend',
  'talking',
  'farewell',
];
const OTHER = '99999999-0000-4000-8000-000000000000' as CallId;

/** Events that have nothing to do with what is waited for, for a call of this id. */
const strangers = (call: CallId): CoreEvent[] => [
  { type: 'off-hook', call: OTHER },
  { type: 'off-hook', call },
  ...TIMERS.map((timer): CoreEvent => ({ type: 'timer', timer, call, run: 9_999 })),
  { type: 'said', call, say: 9_999 },
  {
    type: 'reply',
    call,
    request: 9_999,
    reply: { type: 'identify', result: 'known', caller: 'x' as CallerId, language: null },
  },
  { type: 'reply', call, request: 9_999, reply: { type: 'authorise', result: 'granted', grant: grant() } },
  { type: 'reply', call, request: 9_999, reply: { type: 'extend', result: 'granted', grant: grant() } },
  { type: 'reply', call, request: 0, reply: { type: 'end', result: 'ended', charge: null } },
  { type: 'no-reply', call, request: 9_999, cause: 'timeout' },
];

/** Events that would matter if they were this call's. */
const ofAnotherCall: CoreEvent[] = [
  ...strangers(OTHER),
  { type: 'ringing', call: OTHER },
  { type: 'answered', call: OTHER },
  { type: 'dial-failed', call: OTHER, failure: 'busy', sip: 486 },
  { type: 'far-ended', call: OTHER },
  { type: 'media-lost', call: OTHER, silence: millis(30_000) },
  { type: 'redirected', call: OTHER, how: 'transfer', to: '12' },
  { type: 'quality', call: OTHER, quality: QUALITY },
  ...KEYS.map((digit): CoreEvent => ({ type: 'far-digit', call: OTHER, digit })),
];

const phonesIn = (phase: string) => new Phone().to(phase);

describe.each(PHASES)('in %s', (phase) => {
  it('nothing follows from what is not waited for', () => {
    const phone = phonesIn(phase);
    const events =
      phase === 'idle'
        ? ofAnotherCall.filter((e) => e.type !== 'off-hook')
        : [...strangers(phone.call), ...ofAnotherCall];
    for (const event of events) {
      const before = phone.state;
      expect(phone.do(event), JSON.stringify(event)).toEqual([]);
      expect(phone.state).toEqual(before);
    }
  });

  it('time that goes back does not', () => {
    const phone = phonesIn(phase);
    phone.at -= 3_600_000;
    phone.hangUp();
    if (phase !== 'idle') expect(phone.record.ended).toBeGreaterThanOrEqual(phone.record.lifted);
  });

  it('the state is not changed in place', () => {
    const phone = phonesIn(phase);
    deepFreeze(phone.state);
    for (const event of [{ type: 'key', key: '1' }, { type: 'on-hook' }] as const) phone.do(event);
    expect(phone.phase).toBe('idle');
  });
});

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
