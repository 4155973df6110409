import { describe, expect, test } from 'vitest';
import { header, type Message } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { calling } from './calling.ts';
import { pause, until } from './fakes.ts';
import { ANSWER, type FarEnd, sdp } from './far-end.ts';

const { dialled } = calling();

/** A provisional response that is sent reliably (RFC 3262). */
function reliable(far: FarEnd, invite: Message, rseq: number, body = '', tag = 'far'): void {
  far.answer(invite, 183, body, tag, [
    ['require', '100rel'],
    ['rseq', String(rseq)],
  ]);
}

describe('a reliable provisional response', () => {
  test('is offered to be taken, and is acknowledged by PRACK', async () => {
    const { far, invite, told } = await dialled();
    expect(header(invite, 'supported')).toContain('100rel');
    reliable(far, invite, 7);
    const prack = await far.next('PRACK');
    expect(header(prack, 'rack')).toBe(`7 ${invite.cseq} INVITE`);
    expect(prack.cseq).toBe(invite.cseq + 1);
    far.reply(prack, 200);
    expect(told()).toEqual(['ringing']);
  });

  test('that comes again, or out of turn, is not acknowledged twice', async () => {
    const { far, invite } = await dialled();
    reliable(far, invite, 7);
    far.reply(await far.next('PRACK'), 200);
    reliable(far, invite, 7);
    reliable(far, invite, 9);
    await pause(200);
    expect(far.distinct('PRACK')).toBe(1);
    reliable(far, invite, 8);
    const prack = await far.next('PRACK');
    expect(header(prack, 'rack')).toBe(`8 ${invite.cseq} INVITE`);
    far.reply(prack, 200);
  });

  test('has its PRACK repeated until that is answered', async () => {
    const { far, invite } = await dialled();
    reliable(far, invite, 1);
    const first = await far.next('PRACK');
    await far.next('PRACK');
    const third = await far.next('PRACK');
    expect(third.branch).toBe(first.branch);
    far.reply(third, 200);
    await pause(100);
    const sent = far.count('PRACK');
    await pause(500);
    expect(far.count('PRACK')).toBe(sent);
  });

  test('with the answer settles where media goes, and the 200 need not say it again', async () => {
    const { far, invite, media, told } = await dialled();
    reliable(far, invite, 1, sdp({ port: 50_006 }));
    far.reply(await far.next('PRACK'), 200);
    expect(media.connected).toEqual([]);
    far.answer(invite, 200);
    await far.next('ACK');
    await until('answered', () => told().includes('answered'));
    expect(media.connected.map((m) => m.port)).toEqual([50_006]);
  });

  test('with the answer is not overruled by the 200', async () => {
    const { far, invite, media } = await dialled();
    reliable(far, invite, 1, sdp({ port: 50_006 }));
    far.reply(await far.next('PRACK'), 200);
    far.answer(invite, 200, sdp({ port: 50_008 }));
    await far.next('ACK');
    expect(media.connected.map((m) => m.port)).toEqual([50_006]);
  });

  test('of several legs is acknowledged in each, and the leg that answers is heard', async () => {
    const { far, invite, media, told } = await dialled();
    reliable(far, invite, 1, sdp({ port: 50_002 }), 'left');
    const left = await far.fresh('PRACK');
    reliable(far, invite, 40, sdp({ port: 50_004 }), 'right');
    const right = await far.fresh('PRACK');
    expect([left.toTag, right.toTag]).toEqual(['left', 'right']);
    far.reply(left, 200);
    far.reply(right, 200);
    far.answer(invite, 200, '', 'right');
    expect((await far.next('ACK')).toTag).toBe('right');
    await until('answered', () => told().includes('answered'));
    expect(media.connected.map((m) => m.port)).toEqual([50_004]);
  });

  test('does not stop a CANCEL', async () => {
    const { far, invite, account, told } = await dialled();
    reliable(far, invite, 1);
    far.reply(await far.next('PRACK'), 200);
    await until('ringing', () => told().includes('ringing'));
    account.hangUp('one');
    far.reply(await far.next('CANCEL'), 200);
    far.answer(invite, 487);
    await far.next('ACK');
  });
});

describe('an unreliable provisional response', () => {
  test('with an SDP says nothing for good: the 200 does', async () => {
    const { far, invite, media } = await dialled();
    far.answer(invite, 183, sdp({ port: 50_002 }));
    far.answer(invite, 180);
    far.answer(invite, 183, sdp({ port: 50_004 }));
    far.answer(invite, 200, sdp({ port: 50_006 }));
    await far.next('ACK');
    expect(media.connected.map((m) => m.port)).toEqual([50_006]);
  });

  test('is believed where the 200 has no SDP', async () => {
    const { far, invite, media, told } = await dialled();
    far.answer(invite, 183, ANSWER);
    far.answer(invite, 200);
    await far.next('ACK');
    await until('answered', () => told().includes('answered'));
    expect(media.connected).toHaveLength(1);
  });

  test('of many legs, real or not, leaves the one that answers', async () => {
    const { far, invite, media, told } = await dialled();
    for (let n = 0; n < 30; n += 1) far.answer(invite, 183, sdp({ port: 51_000 + 2 * n }), `leg-${n}`);
    far.answer(invite, 200, sdp({ port: 50_002 }), 'last');
    expect((await far.next('ACK')).toTag).toBe('last');
    expect(media.connected.map((m) => m.port)).toEqual([50_002]);
    expect(told().at(-1)).toBe('answered');
  });

  test('rings, unless it says that the call goes elsewhere or a leg is gone', async () => {
    const { far, invite, told } = await dialled();
    for (const status of [181, 199, 182]) far.answer(invite, status);
    await until('all', () => told().length === 2);
    expect(told()).toEqual(['redirected', 'ringing']);
  });
});
