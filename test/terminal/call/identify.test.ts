import { describe, expect, it } from 'vitest';
import type { CallerId, Millis } from '../../../src/protocol/units.ts';
import { Phone, settings } from './driver.ts';

describe('the PIN', () => {
  it('is complete at its length', () => {
    const phone = new Phone().to('pin');
    expect(phone.keys('1234567')).toEqual([]);
    expect(phone.keys('8')).toEqual(['ask 0 identify']);
    expect(phone.phase).toBe('identifying');
  });

  it('is complete at # where shorter, and started anew by *', () => {
    const phone = new Phone(settings({}, [])).to('pin');
    expect(phone.keys('#')).toEqual(['hush caller']);
    phone.keys('99*4711');
    expect(phone.keys('#')).toEqual(['ask 0 identify']);
    const ask = phone.actions.findLast((a) => a.type === 'ask');
    expect(ask?.type === 'ask' && ask.ask.type === 'identify' && ask.ask.pin.reveal()).toBe('4711');
  });

  it('is asked for again, and the caller let go who keys nothing', () => {
    const phone = new Phone().to('pin');
    phone.said();
    expect(phone.wait(10_000)).toEqual(['say caller en: enter-pin']);
    phone.said();
    expect(phone.wait(10_000)).toEqual([
      'journal record caller-timeout',
      'say caller en: ended-caller-timeout please-hang-up',
    ]);
    expect(phone.timers).toEqual([]);
  });

  it('may be tried until the tries are used up, each under a number of its own', () => {
    const phone = new Phone().to('identifying');
    const wrong = { type: 'identify', result: 'wrong' } as const;
    expect(phone.reply(wrong)).toEqual(['say caller en: pin-not-recognised try-again enter-pin']);
    expect(phone.keys('12345679')).toEqual(['ask 1 identify']);
    phone.reply(wrong);
    expect(phone.keys('12345670')).toEqual(['ask 2 identify']);
    expect(phone.reply(wrong)).toEqual(['journal record pin-wrong', 'say caller en: ended-pin-wrong please-hang-up']);
  });

  it('of which the platform says it is locked ends the call', () => {
    const phone = new Phone().to('identifying');
    phone.reply({ type: 'identify', result: 'locked', retryAfter: 60_000 as Millis });
    expect(phone.record.ending).toEqual({ reason: 'pin-locked', during: 'identifying' });
  });

  it('of a caller who may not call ends the call with the reason', () => {
    const phone = new Phone().to('identifying');
    expect(phone.reply({ type: 'identify', result: 'refused', reason: 'caller-suspended' })).toContain(
      'say caller en: ended-caller-suspended please-hang-up',
    );
  });

  it('sets the language of its owner', () => {
    const phone = new Phone().to('identifying');
    expect(phone.reply({ type: 'identify', result: 'known', caller: 'c7' as CallerId, language: 'es' })).toEqual([
      'say caller es: enter-number',
    ]);
  });

  it.each([
    ['says that there is no answer', (phone: Phone) => phone.noReply()],
    ['says nothing at all', (phone: Phone) => phone.wait(11_000)],
  ])('cannot be checked when the link %s', (_, happens) => {
    const phone = new Phone().to('identifying');
    expect(happens(phone)).toEqual([
      'journal record platform-unreachable',
      'say caller en: ended-platform-unreachable please-hang-up',
    ]);
  });

  it('is in no state, action or print', () => {
    const phone = new Phone().to('pin');
    for (const digit of '1234567') {
      phone.keys(digit);
      expect(JSON.stringify(phone.state.call)).not.toContain('"1');
    }
    phone.keys('8');
    expect(JSON.stringify([phone.state.call, phone.actions])).not.toContain('12345678');
  });

  it('being looked up, what is keyed begins the number', () => {
    const phone = new Phone().to('identifying');
    phone.keys('#212555');
    phone.reply({ type: 'identify', result: 'known', caller: 'c7' as CallerId, language: null });
    phone.keys('0123#');
    const ask = phone.actions.findLast((a) => a.type === 'ask');
    expect(ask?.type === 'ask' && ask.ask).toEqual({ type: 'authorise', dialled: '2125550123' });
  });

  it('complete at its length, a pound after it is no key of the next prompt', () => {
    const phone = new Phone().to('identifying');
    phone.reply({ type: 'identify', result: 'known', caller: 'c7' as CallerId, language: null });
    expect(phone.keys('#')).toEqual([]);
    expect(phone.phase).toBe('number');
  });

  it('complete at its length and wrong, a pound after it is no key of the next try', () => {
    const phone = new Phone().to('identifying');
    phone.reply({ type: 'identify', result: 'wrong' });
    expect(phone.keys('#')).toEqual([]);
    expect(phone.phase).toBe('pin');
    expect(phone.keys('4')).toEqual(['hush caller']);
    phone.keys('711');
    expect(phone.keys('#')).toEqual(['ask 1 identify']);
  });
});
