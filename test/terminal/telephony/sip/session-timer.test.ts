import { describe, expect, test } from 'vitest';
import { header } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { calling } from './calling.ts';
import { pause, until } from './fakes.ts';
import { ANSWER, sdp } from './far-end.ts';

const { dialled, talking } = calling();

/** A timer of seconds, where the field has at least 90. */
const BRIEF = { leastExpires: 1 };
const ASKS = { sessionExpires: 2 };

const expires = (value: string): [string, string] => ['session-expires', value];
const TAKES_UPDATE: [string, string] = ['allow', 'INVITE, ACK, BYE, UPDATE'];

describe('a session timer', () => {
  test('is asked for as configured', async () => {
    const { invite } = await dialled({ sessionExpires: 1_800 });
    expect(header(invite, 'session-expires')).toBe('1800');
    expect(header(invite, 'min-se')).toBe('90');
    expect(header(invite, 'supported')).toContain('timer');
  });

  test('is not asked for where it is configured so', async () => {
    const { invite } = await dialled({ sessionExpires: 0 });
    expect(header(invite, 'session-expires')).toBeUndefined();
    expect(header(invite, 'supported')).toContain('timer');
  });

  test('that is too short is asked for again, longer, in the same call', async () => {
    const { far, invite, told } = await dialled({ sessionExpires: 1_800 });
    far.answer(invite, 422, '', 'far', [['min-se', '3600']]);
    await far.next('ACK');
    const again = await far.next('INVITE');
    expect(header(again, 'session-expires')).toBe('3600');
    expect(header(again, 'min-se')).toBe('3600');
    expect([again.callId, again.fromTag, again.cseq]).toEqual([invite.callId, invite.fromTag, invite.cseq + 1]);
    far.answer(again, 180);
    far.answer(again, 200, ANSWER);
    await far.next('ACK');
    expect(told()).toEqual(['ringing', 'answered']);
  });

  test('that can never be long enough fails the call', async () => {
    const { far, invite, events, told } = await dialled({ sessionExpires: 1_800 });
    let last = invite;
    for (let least = 2_000; !told().includes('dial-failed'); least += 1_000) {
      far.answer(last, 422, '', 'far', [['min-se', String(least)]]);
      await far.next('ACK');
      await until('more', () => far.distinct('INVITE') > least / 1_000 - 1 || told().includes('dial-failed'));
      if (!told().includes('dial-failed')) last = await far.next('INVITE');
    }
    expect(far.distinct('INVITE')).toBe(4);
    expect(events.at(-1)).toMatchObject({ failure: 'rejected', sip: 422 });
  });

  test('of which we are the refresher is kept by UPDATE, and by UPDATE again', async () => {
    const { far, media, told } = await talking(ASKS, BRIEF, [expires('2;refresher=uac'), TAKES_UPDATE]);
    for (const _ of [1, 2]) {
      const update = await far.next('UPDATE');
      expect(header(update, 'session-expires')).toBe('2;refresher=uac');
      expect(update.body).toBe('');
      far.reply(update, 200, { headers: [expires('2;refresher=uac'), ['contact', far.contact]] });
    }
    expect(media.connected).toHaveLength(1);
    expect(told()).toEqual(['answered']);
  });

  test('is kept by a re-INVITE that changes nothing where there is no UPDATE', async () => {
    const { far, invite, told } = await talking(ASKS, BRIEF, [expires('2;refresher=uac')]);
    const refresh = await far.next('INVITE');
    expect(refresh.toTag).toBe('far');
    expect(refresh.body).toBe(invite.body);
    expect(header(refresh, 'session-expires')).toBe('2;refresher=uac');
    far.answer(refresh, 200, ANSWER, 'far', [expires('2;refresher=uac')]);
    await far.next('ACK');
    const again = await far.next('INVITE');
    expect(again.body).toBe(invite.body);
    far.answer(again, 200, ANSWER);
    await far.next('ACK');
    expect(told()).toEqual(['answered']);
  });

  test('goes over to a re-INVITE where UPDATE is not taken after all', async () => {
    const { far } = await talking(ASKS, BRIEF, [expires('2;refresher=uac'), TAKES_UPDATE]);
    far.reply(await far.next('UPDATE'), 501);
    far.answer(await far.next('INVITE'), 200, ANSWER);
    await far.next('ACK');
  });

  test.each([408, 481])('whose refresh is answered %i ends the call', async (status) => {
    const { far, told } = await talking(ASKS, BRIEF, [expires('2;refresher=uac'), TAKES_UPDATE]);
    far.reply(await far.next('UPDATE'), status);
    far.reply(await far.next('BYE'), 200);
    expect(told()).toEqual(['answered', 'far-ended']);
  });

  test('that neither of both keeps ends the call', async () => {
    const { far, told, media } = await talking(ASKS, BRIEF, [expires('2;refresher=uas')]);
    far.reply(await far.next('BYE'), 200);
    expect(told()).toEqual(['answered', 'far-ended']);
    expect(media.open_.size).toBe(0);
  });

  test('that the far end keeps goes on', async () => {
    const { far, invite, told } = await talking(ASKS, BRIEF, [expires('2;refresher=uas')]);
    const timer: [string, string][] = [['supported', 'timer'], expires('2;refresher=uac')];
    for (const cseq of [1, 2, 3]) {
      await pause(800);
      if (cseq === 2) far.request(invite, 'UPDATE', cseq, '', timer);
      else far.request(invite, 'INVITE', cseq, sdp({}), timer);
      const answer = await far.next(200);
      expect(header(answer, 'session-expires')).toBe('2;refresher=uac');
      expect(header(answer, 'require')).toBe('timer');
      if (cseq !== 2) far.request(invite, 'ACK', cseq);
    }
    expect(told()).toEqual(['answered']);
    expect(far.count('BYE')).toBe(0);
  });

  test('that the far end wants too short is refused with 422, by whatever it asks', async () => {
    const { far, invite, told } = await talking();
    const timer: [string, string][] = [['supported', 'timer'], expires('10')];
    far.request(invite, 'INVITE', 1, sdp({}), timer);
    expect(header(await far.next(422), 'min-se')).toBe('90');
    far.request(invite, 'ACK', 1);
    far.request(invite, 'UPDATE', 2, '', timer);
    await far.next(422);
    expect(told()).toEqual(['answered']);
  });

  test('of nonsense in the 200 refreshes no faster than we ever would', async () => {
    const { far } = await talking({ sessionExpires: 1_800 }, {}, [expires('0;refresher=uac'), TAKES_UPDATE]);
    await pause(300);
    expect(far.count('UPDATE')).toBe(0);
  });

  test('ends with the call', async () => {
    const { far, account } = await talking(ASKS, BRIEF, [expires('2;refresher=uac'), TAKES_UPDATE]);
    account.hangUp('one');
    far.reply(await far.next('BYE'), 200);
    await pause(1_200);
    expect(far.count('UPDATE')).toBe(0);
  });
});

describe('two re-INVITEs that cross', () => {
  test('are both refused with 491, and ours is made again', async () => {
    const { far, invite, told } = await talking(ASKS, { leastExpires: 1 }, [expires('4;refresher=uac')]);
    const ours = await far.next('INVITE');
    far.request(invite, 'INVITE', 1, sdp({ direction: 'sendonly' }));
    await far.next(491);
    far.request(invite, 'ACK', 1);
    far.answer(ours, 491);
    expect((await far.next('ACK')).branch).toBe(ours.branch);
    // Theirs comes again first: they have the shorter wait (RFC 3261 14.1).
    far.request(invite, 'INVITE', 2, sdp({ direction: 'sendonly' }));
    await far.next(200);
    far.request(invite, 'ACK', 2);
    const again = await far.next('INVITE');
    expect(again.branch).not.toBe(ours.branch);
    expect(again.body).toContain('a=recvonly');
    far.answer(again, 200, sdp({ direction: 'sendonly' }));
    await far.next('ACK');
    expect(told()).toEqual(['answered', 'hold']);
  });

  test('by an UPDATE with an offer are refused with 491 too', async () => {
    const { far, invite } = await talking(ASKS, BRIEF, [expires('4;refresher=uac')]);
    const ours = await far.next('INVITE');
    far.request(invite, 'UPDATE', 1, sdp({}));
    await far.next(491);
    far.answer(ours, 200, ANSWER);
    await far.next('ACK');
    far.request(invite, 'UPDATE', 2, sdp({}));
    await far.next(200);
  });
});
