import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TelephonyEvent } from '../../../../src/terminal/telephony/port.ts';
import { usersIn } from '../../../../src/terminal/telephony/sip/wire/name-addr.ts';
import { calling } from './calling.ts';
import { pause, until } from './fakes.ts';
import { ANSWER } from './far-end.ts';

const { dialled, talking } = calling();

const redirections = (events: readonly TelephonyEvent[]) =>
  events.flatMap((e) => (e.type === 'redirected' ? [`${e.how} ${e.to}`] : []));

describe('a call that is sent elsewhere', () => {
  test('by the network is told so, once for each number, in order', async () => {
    const { far, invite, events, told } = await dialled();
    const history =
      '<sip:+12025550123@jail.example>;index=1, <sip:+19005550101@jail.example?Reason=SIP%3Bcause%3D302>;index=1.1;rc=1';
    far.answer(invite, 181, '', 'far', [['history-info', history]]);
    far.answer(invite, 180, '', 'far', [['history-info', history]]);
    far.answer(invite, 200, ANSWER, 'far', [
      ['history-info', history],
      ['history-info', '<sip:19005550102@jail.example>;index=1.1.1'],
    ]);
    await far.next('ACK');
    await until('answered', () => told().includes('answered'));
    expect(redirections(events)).toEqual(['forwarding null', 'history +19005550101', 'history 19005550102']);
    expect(told().at(-1)).toBe('answered');
  });

  test.each([
    ['<sip:+12025550123@jail.example>;reason=unconditional', ['diversion null']],
    [
      '"B, of <x>" <tel:+1-900-555-0101>;reason=no-answer;counter=1, <sip:12025550123@jail.example>;reason=user-busy',
      ['diversion +19005550101'],
    ],
  ])('tells who diverted it: %s', async (diversion, wanted) => {
    const { far, invite, events } = await dialled();
    far.answer(invite, 180, '', 'far', [['diversion', diversion]]);
    await until('told', () => redirections(events).length > 0);
    expect(redirections(events)).toEqual(wanted);
  });

  test.each([
    [[['contact', '<sip:+19005550101@x>;q=0.7, sip:+19005550102@y;q=1']], ['moved +19005550101', 'moved +19005550102']],
    [[['contact', '<sip:x.example>']], ['moved null']],
    [[], ['moved null']],
  ] satisfies [[string, string][], string[]][])('by a 302 with %j is not followed', async (headers, wanted) => {
    const { far, invite, events, told } = await dialled();
    far.reply(invite, 302, { headers });
    await far.next('ACK');
    await until('its end', () => told().includes('dial-failed'));
    expect(redirections(events)).toEqual(wanted);
    expect(events.at(-1)).toMatchObject({ failure: 'unreachable', sip: 302 });
    await pause(100);
    expect(far.distinct('INVITE')).toBe(1);
  });

  test.each([
    ['<sip:+19005550199@jail.example>', 'transfer +19005550199'],
    ['"x" <sip:+19005550199@jail.example?Replaces=abc%3Bto-tag%3D1>', 'transfer +19005550199'],
    ['', 'transfer null'],
  ])('by REFER to %s is refused', async (target, wanted) => {
    const { far, invite, events } = await talking();
    far.request(invite, 'REFER', 1, '', target === '' ? [] : [['refer-to', target]]);
    await far.next(403);
    expect(redirections(events)).toEqual([wanted]);
  });

  test.each(['+12025550123', '12025550123', '2025550123', '+1-202-555-0123'])(
    'is not, where the network writes the number as %s',
    async (number) => {
      const { far, invite, events, told } = await dialled();
      far.answer(invite, 180, '', 'far', [['history-info', `<sip:${number}@x>;index=1,<sip:${number}@y>;index=1.1`]]);
      await until('ringing', () => told().includes('ringing'));
      expect(redirections(events)).toEqual([]);
    },
  );

  test.each(['5550123', '+442025550123', 'anonymous'])('is, where it is sent to %s', async (number) => {
    const { far, invite, events } = await dialled();
    far.answer(invite, 180, '', 'far', [['history-info', `<sip:${number}@x>;index=1.1`]]);
    await until('told', () => redirections(events).length > 0);
    expect(redirections(events)).toEqual([`history ${number}`]);
  });

  test('over and over is told no more than is bearable', async () => {
    const { far, invite, events } = await dialled();
    for (let n = 0; n < 10; n += 1) {
      const history = Array.from({ length: 20 }, (_, i) => `<sip:${n}${i}@x>;index=1.${n}.${i}`).join(',');
      far.answer(invite, 180, '', 'far', [['history-info', history]]);
    }
    far.answer(invite, 486);
    await until('its end', () => events.some((e) => e.type === 'dial-failed'));
    expect(redirections(events).length).toBeLessThanOrEqual(16);
  });

  test('and is hung up is told nothing', async () => {
    const { far, invite, account, events } = await dialled();
    account.hangUp('one');
    far.answer(invite, 181);
    await far.next('CANCEL');
    expect(redirections(events)).toEqual([]);
  });
});

describe('a list of addresses', () => {
  test.each([
    ['sip:1@x', ['1']],
    ['<sips:a%20b;p=1:secret@x;user=phone>;tag=1', ['ab']],
    ['"a, \\" <sip:no@x>" <sip:yes@x>, <tel:+1(900)555.01;ext=4>', ['yes', '+190055501']],
    ['<sip:host.example>', [null]],
    ['<mailto:a@b>', [null]],
    ['<sip:a@b', ['a']],
    ['"never ends <sip:a@b>', [null]],
    ['', []],
    [`<sip:${'9'.repeat(500)}@x>`, ['9'.repeat(64)]],
    ['<sip:%ff%00\u0007x@y>', ['%ff%00x']],
  ])('%s has the users %j', (list, users) => {
    expect(usersIn(list)).toEqual(users);
  });

  test('of whatever bytes is read quickly and in bounds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>,;":@\\%sip+1é'), maxLength: 400 }), (list) => {
        const users = usersIn(list);
        expect(users.length).toBeLessThanOrEqual(32);
        for (const user of users) expect((user ?? '').length).toBeLessThanOrEqual(64);
      }),
    );
    expect(usersIn('<sip:1@x>,'.repeat(100_000))).toHaveLength(32);
  });
});
