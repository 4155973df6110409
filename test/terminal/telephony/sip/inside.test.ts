import { describe, expect, test } from 'vitest';
import { header } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { calling } from './calling.ts';
import { pause, until } from './fakes.ts';
import { sdp } from './far-end.ts';

const { dialled, talking } = calling();

describe('hold', () => {
  test('is told when it starts and when it ends, however it is said', async () => {
    const { far, invite, events } = await talking();
    let cseq = 1;
    for (const how of [{ direction: 'sendonly' }, {}, { direction: 'inactive' }, { address: '0.0.0.0' }, {}]) {
      far.request(invite, 'INVITE', cseq, sdp(how));
      await far.next(200);
      far.request(invite, 'ACK', cseq);
      cseq += 1;
    }
    await until('all', () => events.filter((e) => e.type === 'hold').length >= 4);
    expect(events.flatMap((e) => (e.type === 'hold' ? [e.held] : []))).toEqual([true, false, true, false]);
  });

  test('in the answer itself is told after it', async () => {
    const { far, invite, told } = await dialled();
    far.answer(invite, 200, sdp({ direction: 'sendonly' }));
    await far.next('ACK');
    await until('hold', () => told().includes('hold'));
    expect(told()).toEqual(['answered', 'hold']);
  });
});

describe('a change in mid-call', () => {
  test('of the codec is followed, and answered by that codec alone', async () => {
    const { far, invite, media } = await talking({ codecs: ['PCMU', 'PCMA', 'G722', 'opus'] });
    far.request(invite, 'INVITE', 1, `${sdp({ payloads: '111 9 0 101' })}a=rtpmap:111 opus/48000/2\r\n`);
    const answer = await far.next(200);
    expect(answer.body).toContain('m=audio 40000 RTP/AVP 111 101\r\n');
    far.request(invite, 'ACK', 1);
    expect(media.connected.at(-1)).toMatchObject({ format: { codec: 'opus', payloadType: 111 } });
  });

  test('that changes nothing is answered with the same SDP, version and all', async () => {
    const { far, invite } = await talking();
    const bodies: string[] = [];
    for (const cseq of [1, 2]) {
      far.request(invite, 'INVITE', cseq, sdp({}));
      bodies.push((await far.next(200)).body);
      far.request(invite, 'ACK', cseq);
    }
    expect(bodies[1]).toBe(bodies[0]);
  });

  test('while another is under way is refused with 500', async () => {
    const { far, invite } = await talking();
    far.request(invite, 'INVITE', 1, sdp({}));
    await far.next(200);
    far.request(invite, 'INVITE', 2, sdp({}));
    expect(header(await far.next(500), 'retry-after')).toBeDefined();
    far.request(invite, 'ACK', 1);
  });

  test('whose 200 is never acknowledged ends the call', async () => {
    const { far, invite, told } = await talking();
    far.request(invite, 'INVITE', 1, sdp({}));
    await far.next(200);
    far.reply(await far.next('BYE'), 200);
    expect(told()).toEqual(['answered', 'far-ended']);
  });
});

describe('UPDATE', () => {
  test('without an offer is answered', async () => {
    const { far, invite, media } = await talking();
    far.request(invite, 'UPDATE', 1);
    const answer = await far.next(200);
    expect(answer.body).toBe('');
    expect(header(answer, 'contact')).toContain(`@127.0.0.1:${invite.via.port}`);
    expect(media.connected).toHaveLength(1);
  });

  test('with an offer changes the media', async () => {
    const { far, invite, media, events } = await talking();
    far.request(invite, 'UPDATE', 1, sdp({ port: 50_010, direction: 'sendonly' }));
    const answer = await far.next(200);
    expect(answer.body).toContain('a=recvonly');
    expect(media.connected.at(-1)).toMatchObject({ port: 50_010, direction: 'sendonly' });
    expect(events.at(-1)).toEqual({ type: 'hold', call: 'one', held: true });
  });

  test('with an offer of no use is refused, and the call goes on', async () => {
    const { far, invite, account, told } = await talking();
    far.request(invite, 'UPDATE', 1, sdp({ payloads: '18' }));
    await far.next(488);
    far.request(invite, 'UPDATE', 2, 'x', [['content-type', 'text/plain']]);
    await far.next(415);
    account.hangUp('one');
    far.reply(await far.next('BYE'), 200);
    expect(told()).toEqual(['answered']);
  });

  test('is counted: what is older is out of order, what is newer goes on', async () => {
    const { far, invite, told } = await talking();
    far.request(invite, 'UPDATE', 5);
    await far.next(200);
    far.request(invite, 'INVITE', 4, sdp({}));
    await far.next(500);
    far.request(invite, 'INFO', 5);
    await far.next(500);
    far.request(invite, 'INVITE', 6, sdp({}));
    await far.next(200);
    far.request(invite, 'ACK', 6);
    far.request(invite, 'BYE', 7);
    await far.next(200);
    expect(told()).toEqual(['answered', 'far-ended']);
  });

  test('that comes again is answered the same again, and done once', async () => {
    const { far, invite, media } = await talking();
    const update = far.request(invite, 'UPDATE', 1, sdp({ port: 50_010 }));
    const first = await far.next(200);
    far.raw(update);
    expect((await far.next(200)).body).toBe(first.body);
    expect(media.connected).toHaveLength(2);
  });

  test('moves where our requests go', async () => {
    const { far, invite, account } = await talking();
    far.request(invite, 'UPDATE', 1, '', [['contact', `<sip:moved@127.0.0.1:${far.port}>`]]);
    await far.next(200);
    account.hangUp('one');
    const bye = await far.next('BYE');
    expect(bye.uri).toBe(`sip:moved@127.0.0.1:${far.port}`);
    far.reply(bye, 200);
  });

  test('before the answer waits for that: 491 while our offer is open', async () => {
    const { far, invite } = await dialled();
    far.answer(invite, 180);
    far.request(invite, 'UPDATE', 1, sdp({}));
    await far.next(491);
    far.request(invite, 'UPDATE', 2);
    await far.next(200);
  });

  test('before the answer moves the media that comes with it', async () => {
    const { far, invite, media, told } = await dialled();
    far.answer(invite, 183, sdp({}), 'far', [
      ['require', '100rel'],
      ['rseq', '1'],
    ]);
    far.reply(await far.next('PRACK'), 200);
    far.request(invite, 'UPDATE', 1, sdp({ port: 50_012 }));
    expect((await far.next(200)).body).toContain('m=audio 40000');
    expect(media.connected).toEqual([]);
    far.answer(invite, 200);
    await far.next('ACK');
    await until('answered', () => told().includes('answered'));
    expect(media.connected.map((m) => m.port)).toEqual([50_012]);
  });
});

describe('INFO', () => {
  test.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
    ['application/dtmf-relay', 'Signal= *\r\nDuration= 160', '*'],
    ['application/dtmf-relay', 'Duration=100\r\nSignal=11', '#'],
    ['application/dtmf', '0', '0'],
    ['Application/DTMF; charset=x', ' 9\r\n', '9'],
  ])('of %s with %j is the key %s', async (type, body, digit) => {
    const { far, invite, events } = await talking();
    far.info(invite, 1, type, body);
    await far.next(200);
    expect(events.at(-1)).toEqual({ type: 'far-digit', call: 'one', digit });
  });

  test('that comes again is one key', async () => {
    const { far, invite, told } = await talking();
    const info = far.info(invite, 1, 'application/dtmf', '1');
    await far.next(200);
    far.raw(info);
    await far.next(200);
    expect(told()).toEqual(['answered', 'far-digit']);
  });

  test.each([
    ['a key that telephones have not', 'application/dtmf-relay', 'Signal=A', 200],
    ['a hook flash', 'application/dtmf-relay', 'Signal=16', 200],
    ['nothing', '', '', 200],
    ['something else', 'application/media_control+xml', '<x/>', 415],
    ['no key where one should be', 'application/dtmf-relay', 'Signal', 415],
  ])('with %s is no key', async (_what, type, body, status) => {
    const { far, invite, told } = await talking();
    far.info(invite, 1, type, body);
    await far.next(status);
    expect(told()).toEqual(['answered']);
  });

  test('of a package is refused: we take none', async () => {
    const { far, invite } = await talking();
    far.request(invite, 'INFO', 1, '', [['info-package', 'conference']]);
    expect(header(await far.next(469), 'recv-info')).toBe('');
  });

  test('before the answer is no key', async () => {
    const { far, invite, told } = await dialled();
    far.answer(invite, 180);
    far.info(invite, 1, 'application/dtmf', '1');
    await far.next(200);
    expect(told()).toEqual(['ringing']);
  });
});

describe('what else may be asked inside a call', () => {
  test.each([
    ['OPTIONS', 200],
    ['MESSAGE', 405],
    ['NOTIFY', 405],
    ['SUBSCRIBE', 405],
    ['PRACK', 405],
    ['FOO', 405],
  ])('%s is answered %i', async (method, status) => {
    const { far, invite, told } = await talking();
    far.request(invite, method, 1);
    expect(header(await far.next(status), 'allow')).toContain('UPDATE');
    expect(told()).toEqual(['answered']);
  });

  test('with an extension that nobody knows is answered 420, and a re-INVITE too', async () => {
    const { far, invite, media } = await talking();
    for (const [cseq, method] of ['INFO', 'INVITE'].entries()) {
      far.request(invite, method, cseq + 1, '', [['require', 'timer, x-teleport']]);
      expect(header(await far.next(420), 'unsupported')).toBe('x-teleport');
    }
    expect(media.connected).toHaveLength(1);
  });

  test('of a dialog that is not there is answered 481', async () => {
    const { far, invite } = await talking();
    far.raw(far.request(invite, 'INFO', 1).replaceAll('tag=far', 'tag=other').replaceAll('z9hG4bK', 'z9hG4bKx'));
    await far.next(200);
    await far.next(481);
    await pause(10);
  });
});
