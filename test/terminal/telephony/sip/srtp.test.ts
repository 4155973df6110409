import { describe, expect, test } from 'vitest';
import { calling, NUMBER } from './calling.ts';
import { testTrunk, until } from './fakes.ts';
import { ANSWER, sdp } from './far-end.ts';

const { dialled, farEnd, terminal } = calling();

const KEY = Buffer.alloc(30, 7);
const LINE = `a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${KEY.toString('base64')}\r\n`;
const SECURE = ANSWER.replace('RTP/AVP', 'RTP/SAVP') + LINE;

/** Our key of that suite, as an SDP of ours has it. */
const keyIn = (body: string, suite = 'AES_CM_128_HMAC_SHA1_80') =>
  new RegExp(`a=crypto:\\d ${suite} inline:(\\S+)`).exec(body)?.[1];

describe('SRTP', () => {
  test('that is off is not offered over UDP', async () => {
    const { invite, log } = await dialled();
    expect(invite.body).toContain('RTP/AVP');
    expect(invite.body).not.toContain('a=crypto');
    expect(log.lines.join()).not.toContain('keys of SRTP');
  });

  test('that is preferred is offered beside plain RTP, with a warning where all can read the keys', async () => {
    const { far, invite, media, log, told } = await dialled({ srtp: 'preferred' });
    expect(invite.body).toMatch(/^m=audio 40000 RTP\/AVP /m);
    expect(invite.body.match(/^a=crypto:\d (\S+)/gm)).toHaveLength(3);
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    await until('answered', () => told().includes('answered'));
    expect(media.connected[0]?.srtp).toBeNull();
    expect(log.lines.filter((line) => line.includes('keys of SRTP'))).toHaveLength(1);
    // None of the keys themselves.
    expect(log.lines.join()).not.toContain(keyIn(invite.body));
  });

  test('that is preferred is used where the answer has a key', async () => {
    const { far, invite, media, told } = await dialled({ srtp: 'preferred' });
    far.answer(invite, 200, ANSWER + LINE);
    await far.next('ACK');
    await until('answered', () => told().includes('answered'));
    const srtp = media.connected[0]?.srtp;
    expect(srtp).toMatchObject({ suite: 'AES_CM_128_HMAC_SHA1_80', receive: new Uint8Array(KEY) });
    expect(Buffer.from(srtp?.send ?? []).toString('base64')).toBe(keyIn(invite.body));
  });

  test('is as the trunk says before the account', async () => {
    const far = await farEnd();
    const trunks = [testTrunk(far.port, { srtp: 'required' })];
    const { account } = await terminal(far.port, { trunks, srtp: 'off' });
    account.dial('one', NUMBER, { privileged: false });
    expect((await far.next('INVITE')).body).toMatch(/^m=audio 40000 RTP\/SAVP /m);
  });

  test('that is required ends a call that is answered without', async () => {
    const { far, invite, media, events, told } = await dialled({ srtp: 'required' });
    expect(invite.body).toMatch(/^m=audio 40000 RTP\/SAVP /m);
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    far.reply(await far.next('BYE'), 200);
    await until('its end', () => told().includes('dial-failed'));
    expect(events.at(-1)).toMatchObject({ failure: 'network', sip: 488 });
    expect(media.connected).toEqual([]);
  });

  test('that is required refuses to go on without in mid-call', async () => {
    const { far, invite, media, told } = await dialled({ srtp: 'required' });
    far.answer(invite, 200, SECURE);
    await far.next('ACK');
    far.request(invite, 'INVITE', 1, sdp({}));
    await far.next(488);
    expect(media.connected).toHaveLength(1);
    expect(told()).toEqual(['answered']);
  });

  test('keeps our key over a re-INVITE, takes a new one of the far end, and gives a new one to a new address', async () => {
    const { far, invite, media } = await dialled({ srtp: 'required' });
    far.answer(invite, 200, SECURE);
    await far.next('ACK');
    const bodies: string[] = [];
    const next = LINE.replace(':2 ', ':9 ').replace(KEY.toString('base64'), Buffer.alloc(30, 8).toString('base64'));
    const offer = sdp({}).replace('RTP/AVP', 'RTP/SAVP') + next;
    for (const [at, body] of [offer, offer.replace('m=audio 50000', 'm=audio 50002')].entries()) {
      far.request(invite, 'INVITE', at + 1, body);
      bodies.push((await far.next(200)).body);
      far.request(invite, 'ACK', at + 1);
    }
    const [same = '', moved = ''] = bodies;
    expect(same).toContain('a=crypto:9 ');
    expect(keyIn(same)).toBe(keyIn(invite.body));
    expect(keyIn(moved)).not.toBe(keyIn(invite.body));
    expect(media.connected.map((m) => m.srtp?.receive[0])).toEqual([7, 8, 8]);
    expect(Buffer.from(media.connected[2]?.srtp?.send ?? []).toString('base64')).toBe(keyIn(moved));
  });
});
