import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../../src/protocol/call.ts';
import type { Instant, Millis, Money } from '../../../src/protocol/units.ts';
import { MINUTE, NOON, Phone } from './driver.ts';

describe('the number', () => {
  it.each(['2125550123', '12125550123', '01153751234567'])('%s is asked leave for at #', (number) => {
    const phone = new Phone().to('number');
    phone.keys(number);
    expect(phone.keys('#')).toEqual(['ask 1 authorise']);
    const ask = phone.actions.findLast((a) => a.type === 'ask');
    expect(ask?.type === 'ask' && ask.ask).toEqual({ type: 'authorise', dialled: number });
  });

  it('is complete when no more digits come', () => {
    const phone = new Phone().to('number');
    phone.keys('2125550123');
    expect(phone.wait(3_999)).toEqual([]);
    expect(phone.wait(1)).toEqual(['ask 1 authorise']);
  });

  it('is started anew by *', () => {
    const phone = new Phone().to('number');
    phone.keys('999*2125550123#');
    expect(phone.phase).toBe('authorising');
  });

  it.each(['911#', '212555012#', '0125550123#', '21255501234#', '1234567890123456789'])('%s cannot be one', (keys) => {
    const phone = new Phone().to('number');
    expect(phone.keys(keys)).toEqual([
      'journal record number-invalid',
      'say caller en: ended-number-invalid please-hang-up',
    ]);
  });

  it('is asked for again, and the caller let go who keys nothing', () => {
    const phone = new Phone().to('number');
    expect(phone.wait(40_000)).toEqual(['say caller en: enter-number']);
    expect(phone.wait(40_000)).toContain('journal record caller-timeout');
    expect(phone.record).toMatchObject({ caller: 'c7', number: null, kind: 'attempt' });
  });
});

describe('leave to call', () => {
  it('is acted on at once: the call is dialled while its length is said', () => {
    const phone = new Phone().to('authorising');
    expect(phone.granted()).toEqual([
      'journal dialled',
      'dial +12125550123',
      'say caller en: you-have n10 minutes for-this-call',
    ]);
  });

  it('tells a caller who pays himself what he has', () => {
    const phone = new Phone().to('authorising');
    const charge = { kind: 'debit', rate: 60_000 as Money, balance: 4_210_000 as Money } as const;
    expect(phone.granted({ charge, quota: 90_000 as Millis })).toContain(
      'say caller en: your-balance-is n4 dollars and n21 cents you-have n1 minute for-this-call',
    );
  });

  it.each([
    [12, 'n12'],
    [40, 'n15'],
  ])("given bit by bit is announced as all %i minutes it may come to, within the terminal's limit", (minutes, said) => {
    const phone = new Phone().to('authorising');
    const expected = (minutes * MINUTE) as Millis;
    expect(phone.granted({ final: null, quota: (5 * MINUTE) as Millis, expected })).toContain(
      `say caller en: you-have ${said} minutes for-this-call`,
    );
  });

  it.each(REFUSALS)('refused as %s is told', (reason) => {
    const phone = new Phone().to('authorising');
    const [record, said] = phone.reply({ type: 'authorise', result: 'refused', reason });
    expect(record).toBe(`journal record ${reason}`);
    expect(said).toMatch(/^say caller en: ended-[a-z-]+ please-hang-up$/);
    expect(phone.said()).toEqual(['tone reorder']);
  });

  it.each([
    [{ quota: 0 as Millis, final: 'balance' }, 'no-balance'],
    [{ quota: 0 as Millis, final: 'hours' }, 'outside-hours'],
    [{ until: NOON as Instant }, 'outside-hours'],
  ] as const)('of no time is none: %j', (change, reason) => {
    const phone = new Phone().to('authorising');
    const lines = phone.granted(change);
    expect(lines).toEqual(['ask 2 end 0', `journal record ${reason}`, expect.stringMatching(/^say caller/)]);
  });

  it('that does not come lets the platform know that the call is over', () => {
    const phone = new Phone().to('authorising');
    expect(phone.wait(11_000)).toEqual([
      'ask 2 end 0',
      'journal record platform-unreachable',
      'say caller en: ended-platform-unreachable please-hang-up',
    ]);
  });

  it('that comes after the handset went down changes nothing', () => {
    const phone = new Phone().to('authorising');
    expect(phone.hangUp()).toEqual(['ask 2 end 0', 'journal record caller-hung-up', 'tone off']);
    expect(phone.do({ type: 'no-reply', call: phone.call, request: 1, cause: 'timeout' })).toEqual([]);
    expect(phone.phase).toBe('idle');
  });
});
