import { describe, expect, it } from 'vitest';
import type { PhoneNumber } from '../../../src/protocol/units.ts';
import { CRISIS, locked, MINUTE, Phone, settings } from './driver.ts';

/** What comes of its cover is in `cover.test.ts`. */
const heard = (lines: readonly string[]) => lines.filter((line) => !/nobody|cover/.test(line));

const DIALLED = ['journal dialled', 'dial +18005550177 privileged', 'say caller en: one-moment'];

describe('a hotline', () => {
  it.each(['language', 'pin', 'number'] as const)('is dialled by its code from %s, asking nobody', (phase) => {
    const phone = new Phone().to(phase);
    phone.keys('*7');
    expect(phone.keys('7')).toEqual(DIALLED);
  });

  it('needs no acceptance, costs nothing and ends at its own limit', () => {
    const phone = new Phone().to('language');
    phone.keys('*77');
    phone.said();
    expect(phone.far('ringing')).toEqual(['tone ringback']);
    expect(phone.far('answered')).toEqual(['journal accepted', 'tone off', 'bridge on']);
    expect(phone.keys('5')).toEqual(['send 5']);
    phone.wait(10 * MINUTE - 1);
    const [bridge, farewell] = phone.wait(1);
    expect([bridge, farewell]).toEqual(['bridge off', 'say callee en: ended-time-up']);
    expect(phone.record).toMatchObject({
      kind: 'hotline',
      caller: null,
      charge: { kind: 'free' },
      hidden: true,
      privileged: true,
      talked: 10 * MINUTE,
      ending: { reason: 'time-up', bound: 'hotline-limit' },
    });
    expect(phone.actions.some((a) => a.type === 'ask')).toBe(false);
  });

  it('whose code is not one leaves the caller where he was', () => {
    const phone = new Phone().to('language');
    phone.keys('*79');
    expect(phone.phase).toBe('language');
    expect(phone.keys('2')).toEqual(['say caller es: enter-pin']);
  });

  it('is not called by a star that clears and the digits of a PIN', () => {
    const phone = new Phone().to('pin');
    phone.keys('123*7712345');
    expect(phone.phase).toBe('pin');
    phone.keys('6');
    const ask = phone.actions.findLast((a) => a.type === 'ask');
    expect(ask?.type === 'ask' && ask.ask.type === 'identify' && ask.ask.pin.reveal()).toBe('77123456');
  });

  it('is not called by a star that clears and an area code, but is when no more comes, or at #', () => {
    const number = new Phone().to('number');
    number.keys('21*7755550123#');
    expect(number.phase).toBe('authorising');
    const waiting = new Phone().to('number');
    waiting.keys('21*77');
    expect(heard(waiting.wait(4_000))).toEqual(DIALLED);
    const pound = new Phone().to('pin');
    pound.keys('21*77');
    expect(pound.keys('#')).toEqual(DIALLED);
  });

  it("with a code that begins another's waits for what may follow", () => {
    const longer = { ...CRISIS, code: '*771', number: '+18005550771' as PhoneNumber };
    const of = settings({}, [CRISIS, longer]);
    const long = new Phone(of).to('language');
    expect(long.keys('*771')).toContain('dial +18005550771 privileged');
    const short = new Phone(of).to('language');
    expect(short.keys('*77')).toEqual([]);
    expect(short.wait(4_000)).toEqual(DIALLED);
  });

  it('is never called during a lockdown, and one under way finishes only where staff drain', () => {
    const phone = new Phone().to('language');
    expect(phone.do({ type: 'lockdown', lockdown: locked('drain') })).toContain('journal record lockdown');
    phone.keys('*77');
    expect(phone.phase).toBe('ended');

    const talking = new Phone().to('language');
    talking.keys('*77');
    talking.far('answered');
    expect(heard(talking.do({ type: 'lockdown', lockdown: locked('drain') }))).toEqual([]);
    expect(talking.do({ type: 'lockdown', lockdown: locked('drop') }).slice(0, 2)).toEqual(['bridge off', 'hang-up']);
  });
});
