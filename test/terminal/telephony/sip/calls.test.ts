import { Core } from 'sip.js';
import { afterEach, describe, expect, test } from 'vitest';
import { header } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { openTestAccount, pause, until } from './fakes.ts';
import { ANSWER, FarEnd, sdp } from './far-end.ts';

/** Ten times as fast as RFC 3261 has it. */
const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 100, longest: 400 }, farewell: 200 };
const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setup() {
  const far = await FarEnd.open();
  closers.push(() => far.close());
  const terminal = await openTestAccount(far.port, {}, PACE);
  closers.push(() => terminal.account.close());
  return { far, ...terminal };
}

async function talking() {
  const it = await setup();
  it.account.dial('one', NUMBER, { privileged: false });
  const invite = await it.far.next('INVITE');
  it.far.answer(invite, 200, ANSWER);
  await it.far.next('ACK');
  return { ...it, invite };
}

describe('the INVITE', () => {
  test('names the account and the number, and where to answer', async () => {
    const { far, account, media } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    expect(invite.uri).toBe('sip:+12025550123@jail.example');
    expect(header(invite, 'from')).toContain('sip:terminal@jail.example');
    expect(header(invite, 'p-asserted-identity')).toBe('<sip:terminal@jail.example>');
    expect(invite.via).toMatchObject({ protocol: 'UDP', host: '127.0.0.1' });
    expect(header(invite, 'contact')).toContain(`127.0.0.1:${invite.via.port}`);
    expect(header(invite, 'allow')).not.toContain('REFER');
    expect(invite.body).toContain('m=audio 40000 RTP/AVP 0 8 101');
    expect(media.open_.has('one')).toBe(true);
  });

  test('is told of ringing and of early media, and passes neither to the media', async () => {
    const { far, account, told, media } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    far.answer(invite, 100);
    far.answer(invite, 180);
    far.answer(invite, 183, ANSWER);
    await until('both', () => told().length === 2);
    expect(told()).toEqual(['ringing', 'ringing']);
    expect(media.connected).toEqual([]);
    far.answer(invite, 200, ANSWER);
    await until('answered', () => told().at(-1) === 'answered');
    expect(media.connected).toHaveLength(1);
  });

  test('cannot be sent without media', async () => {
    const { account, media, events, told } = await setup();
    media.fault = new Error('no port');
    account.dial('one', NUMBER, { privileged: false });
    await until('failed', () => told().length > 0);
    expect(events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure: 'network', sip: null });
  });

  test.each([
    [486, 'busy'],
    [600, 'busy'],
    [403, 'rejected'],
    [603, 'rejected'],
    [404, 'unreachable'],
    [480, 'unreachable'],
    [302, 'unreachable'],
    [500, 'network'],
    [503, 'network'],
  ] as const)('answered %i fails as %s', async (status, failure) => {
    const { far, account, events, told, media } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    far.answer(await far.next('INVITE'), status);
    await far.next('ACK');
    await until('failed', () => told().includes('dial-failed'));
    expect(events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure, sip: status });
    expect(media.open_.size).toBe(0);
    expect(far.distinct('INVITE')).toBe(1);
  });

  test('that nobody answers fails as network', async () => {
    const { account, events, told } = await setup();
    const b = Core.Timers.TIMER_B;
    Core.Timers.TIMER_B = 300;
    try {
      account.dial('one', NUMBER, { privileged: false });
      await until('failed', () => told().includes('dial-failed'));
    } finally {
      Core.Timers.TIMER_B = b;
    }
    expect(events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure: 'network', sip: null });
  });

  test('answered without a codec of ours is ended at once', async () => {
    const { far, account, events, told, media } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    far.answer(await far.next('INVITE'), 200, sdp({ payloads: '18' }));
    await far.next('ACK');
    const bye = await far.next('BYE');
    far.reply(bye, 200);
    await until('failed', () => told().includes('dial-failed'));
    expect(events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure: 'network', sip: 488 });
    expect(media.connected).toEqual([]);
    expect(media.open_.size).toBe(0);
  });

  test('is sent again with credentials when challenged', async () => {
    const { far, account } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const first = await far.fresh('INVITE');
    far.reply(first, 407, {
      headers: [
        ['proxy-authenticate', 'Digest realm="r", nonce="n1", algorithm=SHA-512-256, qop="auth"'],
        ['proxy-authenticate', 'Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth"'],
        ['proxy-authenticate', 'Digest realm="r", nonce="n3", algorithm=MD5, qop="auth"'],
      ],
    });
    await far.next('ACK');
    const second = await far.fresh('INVITE');
    const credentials = header(second, 'proxy-authorization') ?? '';
    expect(credentials).toContain('nonce="n2"');
    expect(credentials).toContain('algorithm=SHA-256');
    expect(second.cseq).toBe(first.cseq + 1);
  });
});

describe('hanging up', () => {
  test('before any answer waits for the first, and cancels then', async () => {
    const { far, account, told } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    account.hangUp('one');
    await pause(120);
    expect(far.count('CANCEL')).toBe(0);
    far.answer(invite, 100);
    const cancel = await far.next('CANCEL');
    expect(cancel.branch).toBe(invite.branch);
    far.reply(cancel, 200);
    far.answer(invite, 487);
    await far.next('ACK');
    expect(told()).toEqual([]);
  });

  test('while ringing, of a far end that names no Contact, cancels too', async () => {
    const { far, account } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    far.reply(invite, 180);
    await pause(50);
    account.hangUp('one');
    await far.next('CANCEL');
    far.answer(invite, 487);
    await far.next('ACK');
  });

  test('that crosses the answer ends the call that came of it', async () => {
    const { far, account, told, media } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    far.answer(invite, 180);
    await until('ringing', () => told().includes('ringing'));
    account.hangUp('one');
    const cancel = await far.next('CANCEL');
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    const bye = await far.next('BYE');
    far.reply(cancel, 200);
    far.reply(bye, 200);
    expect(told()).toEqual(['ringing']);
    expect(media.connected).toEqual([]);
  });

  test('that crosses a challenge sends no second INVITE', async () => {
    const { far, account } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    account.hangUp('one');
    far.reply(invite, 401, { headers: [['www-authenticate', 'Digest realm="r", nonce="n", qop="auth"']] });
    await far.next('ACK');
    await pause(200);
    expect(far.distinct('INVITE')).toBe(1);
  });

  test('of a far end that rings and then says no more is the end of it', async () => {
    const { far, account, told } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    far.answer(await far.next('INVITE'), 180);
    await until('ringing', () => told().includes('ringing'));
    account.hangUp('one');
    await far.next('CANCEL');
    // The name is free again once the call is forgotten.
    await until('forgotten', () => {
      account.dial('one', NUMBER, { privileged: false });
      return far.distinct('INVITE') > 1;
    });
  });

  test('before media is open sends nothing', async () => {
    const { far, account, media } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    account.hangUp('one');
    await pause(100);
    expect(far.count('INVITE')).toBe(0);
    expect(media.open_.size).toBe(0);
  });

  test('of a call that is over or unknown does nothing', async () => {
    const { far, account, told, invite } = await talking();
    far.request(invite, 'BYE', 1);
    await until('ended', () => told().includes('far-ended'));
    account.hangUp('one');
    account.hangUp('never');
    await pause(100);
    expect(far.count('BYE')).toBe(0);
    expect(told()).toEqual(['answered', 'far-ended']);
  });

  test('in the moment of being told that it is over finds nothing to end', async () => {
    const { far, account, log, told, invite } = await talking();
    account.events.subscribe((event) => {
      if (event.type === 'far-ended') account.hangUp('one');
    });
    far.request(invite, 'BYE', 1);
    await until('ended', () => told().includes('far-ended'));
    await pause(100);
    expect(far.count('BYE')).toBe(0);
    expect(log.lines.join('\n')).not.toContain('could not be sent');
  });

  test('tells every leg that a fork has answered but the first', async () => {
    const { far, account, told, invite } = await talking();
    far.answer(invite, 200, ANSWER, 'second-leg');
    const ack = await far.next('ACK');
    expect(ack.toTag).toBe('second-leg');
    const bye = await far.next('BYE');
    expect(bye.toTag).toBe('second-leg');
    far.reply(bye, 200);
    expect(told()).toEqual(['answered']);
    account.hangUp('one');
    const own = await far.next('BYE');
    expect(own.toTag).toBe('far');
    far.reply(own, 200);
  });

  test('goes with closing the account, to every call', async () => {
    const { far, account } = await talking();
    const closed = account.close();
    far.reply(await far.next('BYE'), 200);
    await closed;
  });
});

describe('what the network loses', () => {
  test('an INVITE is repeated until it is answered, and no longer', async () => {
    const { far, account, told } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    await far.next('INVITE');
    await far.next('INVITE');
    const third = await far.next('INVITE');
    far.answer(third, 180);
    await until('ringing', () => told().includes('ringing'));
    const sent = far.count('INVITE');
    await pause(400);
    expect(far.count('INVITE')).toBe(sent);
    expect(new Set(far.received.map((m) => m.branch)).size).toBe(1);
  });

  test('a 200 that comes again is acknowledged again', async () => {
    const { far, invite, told } = await talking();
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    expect(told()).toEqual(['answered']);
  });

  test('a refusal that comes again is acknowledged again', async () => {
    const { far, account, told } = await setup();
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    for (let i = 0; i < 3; i += 1) {
      far.answer(invite, 486);
      expect((await far.next('ACK')).branch).toBe(invite.branch);
    }
    expect(told()).toEqual(['dial-failed']);
  });

  test('a BYE is repeated until it is answered', async () => {
    const { far, account } = await talking();
    account.hangUp('one');
    await far.next('BYE');
    await far.next('BYE');
    far.reply(await far.next('BYE'), 200);
    await pause(50);
    const sent = far.count('BYE');
    await pause(500);
    expect(far.count('BYE')).toBe(sent);
  });

  test('a BYE that comes again is answered as the first was', async () => {
    const { far, invite, told } = await talking();
    const bye = far.request(invite, 'BYE', 1);
    const first = await far.next(200);
    far.raw(bye);
    const second = await far.next(200);
    expect(second.toTag).toBe(first.toTag);
    expect(told()).toEqual(['answered', 'far-ended']);
  });
});

describe('inside a call', () => {
  test('hold and a change of port are answered, and media follows', async () => {
    const { far, invite, media } = await talking();
    far.request(invite, 'INVITE', 1, sdp({ direction: 'sendonly' }));
    const held = await far.next(200);
    expect(held.body).toContain('a=recvonly');
    far.request(invite, 'ACK', 1);
    far.request(invite, 'INVITE', 2, sdp({ port: 50_002 }));
    const back = await far.next(200);
    expect(back.body).toContain('a=sendrecv');
    far.request(invite, 'ACK', 2);
    expect(media.connected.map((m) => [m.port, m.direction])).toEqual([
      [50_000, 'sendrecv'],
      [50_000, 'sendonly'],
      [50_002, 'sendrecv'],
    ]);
  });

  test('a re-INVITE without an offer is answered with ours', async () => {
    const { far, invite, media } = await talking();
    far.request(invite, 'INVITE', 1);
    const offer = await far.next(200);
    expect(offer.body).toContain('m=audio 40000 RTP/AVP 0 8 101');
    far.request(invite, 'ACK', 1, sdp({ port: 50_004 }));
    await until('media', () => media.connected.at(-1)?.port === 50_004);
  });

  test('a re-INVITE with no codec of ours is refused and the call goes on', async () => {
    const { far, invite, account, told } = await talking();
    far.request(invite, 'INVITE', 1, sdp({ payloads: '18' }));
    await far.next(488);
    expect(told()).toEqual(['answered']);
    account.hangUp('one');
    far.reply(await far.next('BYE'), 200);
  });

  test('a transfer is refused and never followed', async () => {
    const { far, invite } = await talking();
    far.request(invite, 'REFER', 1, '', [['refer-to', '<sip:+19005550199@jail.example>']]);
    await far.next(403);
    await pause(100);
    expect(far.distinct('INVITE')).toBe(1);
  });

  test('a message is refused', async () => {
    const { far, invite } = await talking();
    far.request(invite, 'MESSAGE', 1);
    await far.next(405);
  });
});
