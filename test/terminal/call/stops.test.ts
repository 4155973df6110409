import { describe, expect, it } from 'vitest';
import { PHASES } from '../../../src/protocol/call.ts';
import { locked, Phone } from './driver.ts';

const EARLY = ['language', 'pin', 'identifying', 'verifying', 'enrolling', 'number', 'authorising'] as const;
const UNDER_WAY = ['dialling', 'ringing', 'greeting', 'talking'] as const;
const LIVE = [...EARLY, ...UNDER_WAY];

describe('a lockdown', () => {
  it.each(EARLY)('that drains lets no call begin: %s', (phase) => {
    const phone = new Phone().to(phase);
    phone.do({ type: 'lockdown', lockdown: locked('drain') });
    expect(phone.record.ending).toEqual({ reason: 'lockdown', during: phase });
  });

  it.each(UNDER_WAY)('that drains lets a call finish: %s', (phase) => {
    const phone = new Phone().to(phase);
    expect(phone.do({ type: 'lockdown', lockdown: locked('drain') })).toEqual([]);
    phone.to('talking');
  });

  it.each(LIVE)('that drops ends every call: %s', (phase) => {
    const phone = new Phone().to(phase);
    const lines = phone.do({ type: 'lockdown', lockdown: locked('drop', 'disabled') });
    if (phase === 'talking') expect(lines[0]).toBe('bridge off');
    if (phase !== 'talking' && phase !== 'greeting' && !EARLY.some((e) => e === phase))
      expect(lines[0]).toBe('hang-up');
    expect(lines.at(-1)).toBe('say caller en: ended-disabled please-hang-up');
    expect(phone.record.ending).toEqual({ reason: 'disabled', during: phase });
    expect(phone.timers).toEqual([]);
  });

  it('that drops ends a farewell as well', () => {
    const phone = new Phone().to('greeting');
    phone.farDigit('2');
    expect(phone.do({ type: 'lockdown', lockdown: locked('drop') })).toEqual(['hush callee', 'hang-up']);
  });
});

describe('a fault', () => {
  it.each(LIVE)('of the keypad ends a call: %s', (phase) => {
    const phone = new Phone().to(phase);
    const lines = phone.do({ type: 'fault', fault: 'keypad', state: 'raised' });
    expect(lines.at(-1)).toBe('say caller en: ended-hardware-fault please-hang-up');
    expect(phone.record.ending).toEqual({ reason: 'hardware-fault', during: phase });
    phone.do({ type: 'fault', fault: 'keypad', state: 'cleared' });
    expect(phone.phase).toBe('ended');
    phone.hangUp();
    phone.to('talking');
  });

  it('that no call needs ends none', () => {
    const phone = new Phone().to('talking');
    for (const fault of ['tamper', 'storage'] as const) {
      expect(phone.do({ type: 'fault', fault, state: 'raised' })).toEqual([]);
    }
  });
});

describe('handset down', () => {
  it.each(PHASES.filter((phase) => phase !== 'idle'))('releases everything: %s', (phase) => {
    const phone = new Phone().to(phase);
    const lines = phone.hangUp();
    expect(phone.phase).toBe('idle');
    expect(phone.timers).toEqual([]);
    if (phase === 'talking') expect(lines.slice(0, 2)).toEqual(['bridge off', 'hang-up']);
    const records = phone.actions.filter((a) => a.type === 'journal' && a.entry.type === 'record');
    expect(records).toHaveLength(1);
    expect(phone.hangUp()).toEqual([]);
  });

  it('cuts a farewell short', () => {
    const phone = new Phone().to('greeting');
    phone.farDigit('2');
    expect(phone.hangUp()).toEqual(['hush callee', 'hang-up', 'hush caller', 'tone off']);
  });

  it('tells the platform how much was used, once', () => {
    const phone = new Phone().to('talking');
    phone.wait(61_234);
    expect(phone.hangUp()).toContain('ask 2 end 61234');
    expect(phone.record).toMatchObject({ talked: 61_234, ending: { reason: 'caller-hung-up', during: 'talking' } });
    expect(phone.record.phases.map((p) => p.phase)).toEqual([
      ...PHASES.filter((p) => !['idle', 'verifying', 'enrolling', 'maintenance', 'ended'].includes(p)),
      'ended',
    ]);
  });
});
