import { describe, expect, test } from 'vitest';
import { calling } from './calling.ts';
import { pause, until } from './fakes.ts';
import { ANSWER, sdp } from './far-end.ts';

const { dialled, talking } = calling();

const BRIEF = { leastExpires: 1 };
const REFRESHED: [string, string][] = [['session-expires', '4;refresher=uac']];

describe('what crosses', () => {
  test('two BYEs are both answered, and end the call once', async () => {
    const { far, invite, account, told } = await talking();
    account.hangUp('one');
    const bye = await far.next('BYE');
    far.request(invite, 'BYE', 1);
    await until('an answer', () => far.received.some((m) => m.method === 'BYE' && [200, 481].includes(m.status ?? 0)));
    far.reply(bye, 200);
    await pause(50);
    expect(told()).toEqual(['answered']);
  });

  test('a BYE of ours and a re-INVITE of theirs end the call', async () => {
    const { far, invite, account, media, told } = await talking();
    account.hangUp('one');
    const bye = await far.next('BYE');
    far.request(invite, 'INVITE', 1, sdp({ port: 50_002 }));
    await far.next(481);
    far.request(invite, 'ACK', 1);
    far.reply(bye, 200);
    expect(media.connected).toHaveLength(1);
    expect(told()).toEqual(['answered']);
  });

  test('a BYE before the ACK of their re-INVITE has come ends the call', async () => {
    const { far, invite, account, told } = await talking();
    far.request(invite, 'INVITE', 1, sdp({}));
    await far.next(200);
    account.hangUp('one');
    far.reply(await far.next('BYE'), 200);
    far.request(invite, 'ACK', 1);
    await pause(100);
    expect(told()).toEqual(['answered']);
  });

  test('their BYE and our re-INVITE end the call', async () => {
    const { far, invite, told, media } = await talking({ sessionExpires: 4 }, BRIEF, REFRESHED);
    const refresh = await far.next('INVITE');
    far.request(invite, 'BYE', 1);
    await far.next(200);
    far.answer(refresh, 481);
    await far.next('ACK');
    await pause(100);
    expect(told()).toEqual(['answered', 'far-ended']);
    expect(media.open_.size).toBe(0);
    expect(far.count('BYE')).toBe(0);
  });

  test('our BYE and the 200 of our re-INVITE end the call, and that is acknowledged', async () => {
    const { far, account, told } = await talking({ sessionExpires: 4 }, BRIEF, REFRESHED);
    const refresh = await far.next('INVITE');
    account.hangUp('one');
    const bye = await far.next('BYE');
    far.answer(refresh, 200, ANSWER);
    const ack = await far.next('ACK');
    expect(ack.cseq).toBe(refresh.cseq);
    far.reply(bye, 200);
    await pause(50);
    expect(told()).toEqual(['answered']);
  });

  test('a CANCEL and a refusal of another kind end the call', async () => {
    const { far, invite, account, told } = await dialled();
    far.answer(invite, 180);
    await until('ringing', () => told().includes('ringing'));
    account.hangUp('one');
    const cancel = await far.next('CANCEL');
    far.answer(invite, 486);
    await far.next('ACK');
    far.reply(cancel, 481);
    await pause(50);
    expect(told()).toEqual(['ringing']);
  });
});

describe('what comes twice', () => {
  test('the 200 of our re-INVITE is acknowledged again', async () => {
    const { far, told } = await talking({ sessionExpires: 4 }, BRIEF, REFRESHED);
    const refresh = await far.next('INVITE');
    far.answer(refresh, 200, ANSWER, 'far', REFRESHED);
    await far.next('ACK');
    far.answer(refresh, 200, ANSWER, 'far', REFRESHED);
    expect((await far.next('ACK')).cseq).toBe(refresh.cseq);
    expect(told()).toEqual(['answered']);
  });

  test('our 200 to their re-INVITE comes until they acknowledge it, with the same headers', async () => {
    const { far, invite } = await talking({ sessionExpires: 4 }, BRIEF, REFRESHED);
    far.request(invite, 'INVITE', 1, sdp({}), [
      ['supported', 'timer'],
      ['session-expires', '4;refresher=uac'],
    ]);
    const first = await far.next(200);
    const second = await far.next(200);
    expect(second.headers).toEqual(first.headers);
    far.request(invite, 'ACK', 1);
    await pause(50);
    const sent = far.count(200);
    await pause(1_100);
    expect(far.count(200)).toBe(sent);
  });

  test('a 200 that they have acknowledged does not come again while the next, soon after it, waits for its ACK', async () => {
    const { far, invite } = await talking();
    far.request(invite, 'INVITE', 1, sdp({}));
    await far.next(200);
    far.request(invite, 'ACK', 1);
    far.request(invite, 'INVITE', 2, sdp({}));
    const came = (cseq: number) => far.received.filter((m) => m.status === 200 && m.cseq === cseq).length;
    await until('the second has come again', () => came(2) === 3);
    expect(came(1)).toBe(1);
    far.request(invite, 'ACK', 2);
  });
});
