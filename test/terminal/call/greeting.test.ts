import { describe, expect, it } from 'vitest';
import { SpokenName } from '../../../src/protocol/spoken-name.ts';
import type { Instant, Money } from '../../../src/protocol/units.ts';
import { NOON, Phone } from './driver.ts';

const GREETING =
  'greeting-from site/caller-c7 greeting-at site/facility-name greeting-recorded to-accept-press n1 ' +
  'to-refuse-press n2 to-hear-the-rate-press n3 to-block-press n9';

const WHOM = 'say callee en: block-caller-press n9 block-facility-press n8';

describe('before the answer', () => {
  it('the caller hears our ringback, once he was told how long he has', () => {
    const phone = new Phone().to('dialling');
    expect(phone.far('ringing')).toEqual([]);
    expect(phone.far('ringing')).toEqual([]);
    expect(phone.said()).toEqual(['tone ringback']);
  });

  it.each([
    ['busy', 486, 'busy', 'ended-busy'],
    ['rejected', 603, 'refused-by-callee', 'ended-refused'],
    ['unreachable', 404, 'unreachable', 'ended-unreachable'],
    ['network', null, 'network-fault', 'ended-network-fault'],
  ] as const)('%s (%s) ends the call as %s', (failure, sip, reason, prompt) => {
    const phone = new Phone().to('dialling');
    expect(phone.do({ type: 'dial-failed', call: phone.call, failure, sip })).toEqual([
      'hang-up',
      'ask 2 end 0',
      `journal record ${reason}`,
      `say caller en: ${prompt} please-hang-up`,
    ]);
    expect(phone.record.ending).toEqual({ reason, during: 'dialling', ...(sip !== null && { sip }) });
    expect(phone.said()).toEqual([reason === 'busy' ? 'tone busy' : 'tone reorder']);
  });

  it('no answer in the time set ends the call', () => {
    const phone = new Phone().to('ringing');
    phone.wait(44_999);
    expect(phone.wait(1)).toContain('journal record no-answer');
    expect(phone.record).toMatchObject({ answered: null, accepted: null, talked: 0, kind: 'call' });
  });
});

describe('the called party', () => {
  it('is told who calls and what can be done, again and again; the caller hears ringback', () => {
    const phone = new Phone().to('ringing');
    expect(phone.far('answered')).toEqual([`say callee en: ${GREETING}`]);
    expect(phone.said('caller')).toEqual(['tone ringback']);
    expect(phone.said('callee')).toEqual([]);
    expect(phone.wait(1_500)).toEqual([`say callee en: ${GREETING}`]);
  });

  it('hears ringback begin at an answer that came without ringing', () => {
    const phone = new Phone().to('dialling');
    phone.said('caller');
    expect(phone.far('answered')).toEqual(['tone ringback', `say callee en: ${GREETING}`]);
  });

  it.each([
    { privileged: true, recorded: true },
    { privileged: false, recorded: false },
  ])('is told that a call is private: %j', (change) => {
    const phone = new Phone().to('greeting', change);
    const [said] = phone.actions.filter((a) => a.type === 'say' && a.to === 'callee');
    expect(said?.type === 'say' && said.clips).toContain('greeting-not-recorded');
  });

  it('accepts: written down, then the parties hear each other', () => {
    const phone = new Phone().to('greeting');
    expect(phone.farDigit('1')).toEqual(['journal accepted', 'hush caller', 'hush callee', 'tone off', 'bridge on']);
  });

  it('refuses, and is told goodbye before the line goes', () => {
    const phone = new Phone().to('greeting');
    expect(phone.farDigit('2')).toEqual([
      'say callee en: goodbye',
      'ask 2 end 0',
      'journal record refused-by-callee',
      'say caller en: ended-refused please-hang-up',
    ]);
    expect(phone.said('callee')).toEqual(['hang-up']);
    expect(phone.timers).toEqual([]);
  });

  it('hears the rate with one key, then the greeting', () => {
    const phone = new Phone().to('greeting');
    expect(phone.farDigit('3')).toEqual(['say callee en: the-rate-is n6 cents a-minute']);
    phone.said('callee');
    expect(phone.wait(1_500)).toEqual([`say callee en: ${GREETING}`]);
    const free = new Phone().to('greeting', { charge: { kind: 'free' } });
    expect(free.farDigit('3')).toEqual(['say callee en: this-call-is-free']);
    const nil = new Phone().to('greeting', { charge: { kind: 'debit', rate: 0 as Money, balance: 0 as Money } });
    expect(nil.farDigit('3')).toEqual(['say callee en: this-call-is-free']);
  });

  it('blocks only with a second press', () => {
    const phone = new Phone().to('greeting');
    expect(phone.farDigit('8')).toEqual([]);
    expect(phone.farDigit('9')).toEqual([WHOM]);
    expect(phone.farDigit('5')).toEqual([]);
    expect(phone.farDigit('9').slice(0, 3)).toEqual([
      'say callee en: blocked-caller-goodbye',
      'ask 2 end 0',
      'journal record blocked-by-callee',
    ]);
    expect(phone.record.ending).toEqual({ reason: 'blocked-by-callee', during: 'greeting', blocks: 'caller' });
  });

  it('blocks the whole facility only by a key of its own', () => {
    const phone = new Phone().to('greeting');
    phone.farDigit('9');
    expect(phone.farDigit('8')[0]).toEqual('say callee en: blocked-facility-goodbye');
    expect(phone.record.ending).toEqual({ reason: 'blocked-by-callee', during: 'greeting', blocks: 'facility' });
  });

  it.each([
    ['9', 'caller'],
    ['8', 'facility'],
  ] as const)('of a privileged number is asked once more: %s', (key, blocks) => {
    const phone = new Phone().to('greeting', { privileged: true });
    phone.farDigit('9');
    expect(phone.farDigit(key)).toEqual([`say callee en: block-private-press n${key}`]);
    expect(phone.farDigit(key === '9' ? '8' : '9')).toEqual([]);
    expect(phone.farDigit(key)).toContain('journal record blocked-by-callee');
    expect(phone.record.ending).toMatchObject({ blocks });
  });

  it('who pressed block by mistake can let it be', () => {
    const phone = new Phone().to('greeting');
    phone.farDigit('9');
    phone.said('callee');
    phone.wait(1_500);
    phone.said('callee');
    phone.wait(1_500);
    expect(phone.farDigit('9')).toEqual([WHOM]);
    expect(phone.farDigit('1')).toContain('bridge on');
  });

  it('who does nothing, as a voicemail, is hung up on', () => {
    const phone = new Phone().to('greeting');
    phone.wait(59_999);
    expect(phone.wait(1)).toEqual([
      'say callee en: goodbye',
      'ask 2 end 0',
      'journal record not-accepted',
      'say caller en: ended-not-accepted please-hang-up',
    ]);
    expect(phone.wait(8_000)).toEqual(['hush callee', 'hang-up']);
    expect(phone.record.accepted).toBeNull();
    expect(phone.record.answered).not.toBeNull();
  });

  it.each([
    ['callee-hung-up', (phone: Phone) => phone.far('far-ended')],
    ['media-lost', (phone: Phone) => phone.mediaLost(30_000)],
  ] as const)('gone ends the call as %s', (reason, goes) => {
    const phone = new Phone().to('greeting');
    expect(goes(phone).slice(0, 2)).toEqual(['hush callee', 'hang-up']);
    expect(phone.record.ending).toEqual({ reason, during: 'greeting' });
  });

  it('who accepts when the hours are over gets no talk', () => {
    const phone = new Phone().to('greeting', { until: (NOON + 5_000) as Instant });
    phone.wait(5_000);
    const lines = phone.farDigit('1');
    expect(lines).not.toContain('bridge on');
    expect(phone.record).toMatchObject({ accepted: null, ending: { reason: 'time-up', bound: 'hours' } });
  });
});

describe('the name as the caller says it', () => {
  it('is asked for when the call goes out, and kept for its greeting', () => {
    const phone = new Phone().to('authorising');
    const lines = phone.granted({ named: true });
    expect(lines).toContain('ask 2 name');
    expect(phone.reply({ type: 'name', result: 'name', name: new SpokenName('AAAA') })).toEqual(['keep-name']);
    expect(phone.actions.at(-1)).toMatchObject({ type: 'keep-name', caller: 'c7' });
  });

  it('holds up nothing where it does not come, and is asked for only where there is one', () => {
    const phone = new Phone().to('authorising');
    phone.granted({ named: true });
    phone.noReply();
    phone.to('talking');
    const none = new Phone().to('authorising');
    none.granted({ named: true });
    expect(none.reply({ type: 'name', result: 'name', name: null })).toEqual([]);
    expect(new Phone().to('talking').actions.some((a) => a.type === 'ask' && a.ask.type === 'name')).toBe(false);
  });
});
