import { describe, expect, it } from 'vitest';
import { CallRecord } from '../../../src/protocol/call.ts';
import type { Instant, Millis } from '../../../src/protocol/units.ts';
import { view } from '../../../src/terminal/call/view.ts';
import { MINUTE, NOON, Phone, QUALITY, settings } from './driver.ts';

const minutes = (n: number) => (n * MINUTE) as Millis;
const journal = (lines: string[]) => lines.filter((line) => line !== 'journal talking');

describe('the limit of a talk', () => {
  it.each([
    ['terminal-limit', {}, { quota: minutes(20) }, 15],
    ['number-limit', {}, { quota: minutes(10) }, 10],
    ['caller-limit', { limit: '20m' }, { quota: minutes(12), final: 'caller-limit' }, 12],
    ['terminal-limit', { limit: '10m' }, { quota: minutes(10), final: 'balance' }, 10],
    ['terminal-limit', { limit: '10m' }, { quota: minutes(10), final: 'caller-limit' }, 10],
    ['hours', {}, { quota: minutes(10), final: 'balance', until: (NOON + 3 * MINUTE) as Instant }, 3],
  ] as const)('is the most restrictive: %s', (bound, rules, change, ends) => {
    const phone = new Phone(settings(rules)).to('talking', change);
    phone.wait(ends * MINUTE);
    expect(phone.record).toMatchObject({ talked: ends * MINUTE, ending: { reason: 'time-up', bound } });
  });

  it('ends with a reason to both, the parties parted first', () => {
    const phone = new Phone().to('talking', { final: 'balance' });
    phone.wait(10 * MINUTE - 1);
    expect(journal(phone.wait(1))).toEqual([
      'bridge off',
      'say callee en: ended-balance',
      'ask 2 end 600000',
      'journal record time-up',
      'say caller en: ended-balance please-hang-up',
    ]);
    expect(phone.said('callee')).toEqual(['hang-up']);
    expect(CallRecord.parse(phone.record)).toEqual(phone.record);
  });

  it('is kept whatever event is the first to come after it', () => {
    const phone = new Phone().to('talking');
    phone.at += 11 * MINUTE;
    expect(phone.do({ type: 'registration', registration: 'registered' })[0]).toBe('bridge off');
    expect(phone.record.talked).toBe(10 * MINUTE);
  });

  it('is warned of, in whole minutes, to both', () => {
    const phone = new Phone(settings({ warnings: ['2m', '1m'] })).to('talking');
    phone.wait(8 * MINUTE - 1);
    expect(phone.wait(1)).toContain('say both en: you-have n2 minutes remaining');
    phone.wait(MINUTE - 1);
    expect(phone.wait(1)).toContain('say both en: you-have n1 minute remaining');
    expect(journal(phone.wait(MINUTE - 1))).toEqual([]);
  });

  it('shorter than a warning is told at once', () => {
    const phone = new Phone(settings({ warnings: ['1m', '2m'] })).to('talking', { quota: 45_000 as Millis });
    expect(phone.wait(0)).toEqual(['say both en: you-have n45 seconds remaining']);
    expect(journal(phone.wait(44_999))).toEqual([]);
  });

  it('is seen by those who watch', () => {
    const phone = new Phone().to('talking');
    const seen = view(phone.state, (phone.at + 4_000) as Instant);
    expect(seen).toMatchObject({ phase: 'talking', hook: 'off', call: phone.call, accepted: NOON, talked: 4_000 });
    expect(seen).toMatchObject({ deadline: NOON + 10 * MINUTE, bound: 'number-limit', left: 596_000, ending: null });
    phone.hangUp();
    expect(view(phone.state)).toMatchObject({ phase: 'idle', hook: 'on', call: null, deadline: null });
    expect(view(phone.state).ending).toEqual({ reason: 'caller-hung-up', during: 'talking' });
  });
});

describe('talk granted bit by bit', () => {
  const bit = { quota: minutes(5), final: null, expected: minutes(14), validity: minutes(60) } as const;

  it('shows all the time left, and not only what is granted so far', () => {
    const phone = new Phone().to('talking', bit);
    const seen = view(phone.state, (phone.at + 4_000) as Instant);
    expect(seen).toMatchObject({ deadline: NOON + 5 * MINUTE, bound: 'quota', left: 14 * MINUTE - 4_000 });
  });

  it('is asked more of in time, under a new number each time, and goes on', () => {
    const phone = new Phone().to('talking', bit);
    phone.wait(150_000 - 1);
    expect(phone.wait(1)).toContain('ask 2 extend 150000');
    expect(phone.extended({ ...bit, quota: minutes(10) })).toEqual([]);
    expect(phone.wait(300_000)).toContain('ask 3 extend 450000');
    phone.extended({ quota: minutes(14), final: 'caller-limit' });
    expect(view(phone.state)).toMatchObject({ deadline: NOON + 14 * MINUTE, bound: 'caller-limit' });
    expect(journal(phone.wait(5 * MINUTE))).toEqual([]);
    expect(phone.wait(MINUTE)).toContain('say both en: you-have n1 minute remaining');
  });

  it('is never lowered by an answer', () => {
    const phone = new Phone().to('talking', bit);
    phone.wait(150_000);
    phone.extended({ ...bit, quota: minutes(1) });
    expect(view(phone.state).deadline).toBe(NOON + 5 * MINUTE);
  });

  it('ends at what was granted where no answer comes, with a warning, having asked on', () => {
    const phone = new Phone().to('talking', bit);
    phone.wait(150_000);
    phone.noReply();
    const lines = journal(phone.wait(150_000));
    expect(lines.filter((line) => line.startsWith('ask')).length).toBeGreaterThan(5);
    expect(lines).toContain('say both en: you-have n1 minute remaining');
    expect(phone.record).toMatchObject({ talked: 5 * MINUTE, ending: { reason: 'time-up', bound: 'quota' } });
    expect(lines).toContain('say caller en: ended-quota please-hang-up');
  });

  it.each([
    ['no-balance', 'balance'],
    ['outside-hours', 'hours'],
    ['caller-suspended', 'quota'],
  ] as const)('ends at what was granted where more is refused as %s, and the record says %s', (reason, bound) => {
    const phone = new Phone().to('talking', bit);
    phone.wait(150_000);
    phone.reply({ type: 'extend', result: 'refused', reason });
    while (phone.phase === 'talking') {
      phone.wait(1_000);
      if (phone.timers.includes('reply')) phone.reply({ type: 'extend', result: 'refused', reason });
    }
    expect(phone.record).toMatchObject({ talked: 5 * MINUTE, ending: { reason: 'time-up', bound } });
  });

  it('that a later try gets goes on', () => {
    const phone = new Phone().to('talking', bit);
    phone.wait(150_000);
    phone.noReply();
    expect(phone.wait(15_000)).toContain('ask 3 extend 165000');
    phone.extended({ ...bit, quota: minutes(10) });
    expect(view(phone.state)).toMatchObject({ deadline: NOON + 10 * MINUTE, bound: 'quota' });
  });

  it('is not taken for the last where only its validity was renewed', () => {
    const long = { ...bit, quota: minutes(8), validity: 40_000 as Millis };
    const phone = new Phone(settings({ warnings: ['7m'] })).to('talking', long);
    expect(phone.wait(30_000)).toContain('ask 2 extend 30000');
    phone.extended(long);
    expect(journal(phone.wait(29_999))).toEqual([]);
    expect(journal(phone.wait(1))).toEqual(['ask 3 extend 60000']);
  });

  it('is asked for again before its validity is over, while it still rings too', () => {
    const phone = new Phone().to('ringing', { ...bit, validity: 40_000 as Millis });
    expect(phone.wait(30_000)).toContain('ask 2 extend 0');
    phone.extended({ ...bit, validity: 40_000 as Millis });
    phone.far('answered');
    phone.farDigit('1');
    expect(phone.wait(30_000)).toContain('ask 3 extend 30000');
  });
});

describe('while they talk', () => {
  it('it is written down every ten seconds', () => {
    const phone = new Phone().to('talking');
    expect(phone.wait(30_000)).toEqual(['journal talking', 'journal talking', 'journal talking']);
  });

  it('keys reach the far end only where the grant lets them', () => {
    expect(new Phone().to('talking').keys('5')).toEqual([]);
    expect(new Phone().to('talking', { digits: 'pass' }).keys('5')).toEqual(['send 5']);
  });

  it('the called party may hang up', () => {
    const phone = new Phone().to('talking');
    phone.wait(5_000);
    expect(phone.far('far-ended')).toEqual([
      'bridge off',
      'hang-up',
      'ask 2 end 5000',
      'journal record callee-hung-up',
      'say caller en: ended-callee-hung-up please-hang-up',
    ]);
  });

  it('a far end that is heard no more ends the call, and its silence costs nothing', () => {
    const phone = new Phone().to('talking');
    phone.wait(45_000);
    expect(phone.mediaLost(30_000)).toEqual([
      'bridge off',
      'hang-up',
      'ask 2 end 15000',
      'journal record media-lost',
      'say caller en: ended-media-lost please-hang-up',
    ]);
    expect(phone.record.talked).toBe(15_000);
  });

  it('silence from before acceptance makes no talk less than none', () => {
    const phone = new Phone().to('talking');
    phone.wait(5_000);
    phone.mediaLost(30_000);
    expect(phone.record).toMatchObject({ talked: 0, ending: { reason: 'media-lost', during: 'talking' } });
  });

  it('how it was heard and where it was sent are in the record', () => {
    const phone = new Phone().to('talking');
    const { call } = phone;
    expect(phone.do({ type: 'quality', call, quality: QUALITY })).toEqual([]);
    for (let n = 0; n < 20; n += 1) phone.do({ type: 'redirected', call, how: 'history', to: `55501${n}` });
    phone.hangUp();
    expect(phone.record.quality).toEqual(QUALITY);
    expect(phone.record.redirections).toHaveLength(16);
    expect(phone.record.redirections[0]).toMatchObject({ how: 'history', to: '555010' });
    expect(CallRecord.parse(phone.record)).toEqual(phone.record);
    const next = new Phone().to('talking');
    next.hangUp();
    expect(next.record).toMatchObject({ quality: null, redirections: [] });
  });

  it('volume goes up and down by its steps and is reset after the call', () => {
    const phone = new Phone(settings({ volumeSteps: [0, 12, 20] })).to('talking');
    const turn = (direction: 'up' | 'down') => phone.do({ type: 'volume', direction });
    expect(turn('down')).toEqual([]);
    expect(turn('up')).toEqual(['volume 12']);
    expect(turn('up')).toEqual(['volume 20']);
    expect(turn('up')).toEqual([]);
    expect(phone.hangUp()).toContain('volume 0');
    expect(turn('up')).toEqual([]);
  });

  it('the only button of a phone goes through the steps and begins anew', () => {
    const phone = new Phone(settings({ volumeSteps: [0, 12, 20] })).to('talking');
    const next = () => phone.do({ type: 'volume', direction: 'next' });
    expect([...next(), ...next(), ...next(), ...next()]).toEqual(['volume 12', 'volume 20', 'volume 0', 'volume 12']);
    expect(phone.hangUp()).toContain('volume 0');
  });

  it('a privileged call is dialled and recorded as one', () => {
    const phone = new Phone().to('talking', { privileged: true });
    expect(phone.actions).toContainEqual(expect.objectContaining({ type: 'dial', privileged: true }));
    phone.hangUp();
    expect(phone.record.privileged).toBe(true);
  });
});
