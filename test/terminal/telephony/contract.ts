import { afterEach, describe, expect, test } from 'vitest';
import type { MediaSessions, Telephony } from '../../../src/terminal/telephony/port.ts';
import type { Message } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { header } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { Recorder } from './recorder.ts';
import { ANSWER, FarEnd, sdp } from './sip/far-end.ts';
import { pause, until } from './sip/waiting.ts';

/**
 * Opens the implementation: PCMU and PCMA, one trunk over UDP to that port of 127.0.0.1, without registration, without SRTP
 * and without a session timer.
 */
export type Start = (port: number, media: MediaSessions) => Promise<Telephony>;

const NUMBER = '+12025550123';
const OPTIONS = { privileged: false };

/**
 * What `port.ts` says of every `Telephony`, against a far end on a socket. It knows nothing of how the implementation is
 * made, and of times only that they are bounded.
 */
export function telephonyContract(name: string, start: Start): void {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function setup() {
    const far = await FarEnd.open();
    closers.push(() => far.close());
    const media = new Recorder();
    const telephony = await start(far.port, media);
    closers.push(() => telephony.close());
    media.listen(telephony);
    const happens = (line: string) => until(line, () => media.lines.includes(line), 40_000);
    return { far, media, telephony, happens };
  }

  async function dialled() {
    const it = await setup();
    it.telephony.dial('one', NUMBER, OPTIONS);
    return { ...it, invite: await it.far.fresh('INVITE') };
  }

  async function ringing() {
    const it = await dialled();
    it.far.answer(it.invite, 180);
    await it.happens('ringing one');
    return it;
  }

  async function talking() {
    const it = await dialled();
    it.far.answer(it.invite, 200, ANSWER);
    await it.far.next('ACK');
    await it.happens('answered one');
    return it;
  }

  /** Ends a call from here, with what has to be said for it. */
  async function hungUp({ far, telephony }: { far: FarEnd; telephony: Telephony }): Promise<Message> {
    telephony.hangUp('one');
    const bye = await far.fresh('BYE');
    far.reply(bye, 200);
    return bye;
  }

  describe(`${name}: a call`, () => {
    test('opens media, offers it, and is told of ringing and of the answer', async () => {
      const { far, media, invite, happens } = await dialled();
      expect(media.lines).toEqual(['open one']);
      expect(invite.uri).toContain(NUMBER);
      expect(invite.body).toMatch(/^m=audio 40002 RTP\/AVP 0 8/m);
      far.answer(invite, 180);
      await happens('ringing one');
      far.answer(invite, 200, ANSWER);
      await far.next('ACK');
      await happens('answered one');
      expect(media.lines).toEqual(['open one', 'ringing one', 'connect one', 'answered one']);
      expect(media.connected[0]).toMatchObject({
        address: '127.0.0.1',
        port: 50_000,
        format: { codec: 'PCMU', payloadType: 0 },
        digits: { payloadType: 101, clock: 8_000 },
        ptime: 20,
        direction: 'sendrecv',
        srtp: null,
      });
    });

    test('passes no early media', async () => {
      const { far, media, invite, happens } = await dialled();
      far.answer(invite, 183, sdp({ port: 50_002 }));
      await happens('ringing one');
      await pause(100);
      expect(media.connected).toEqual([]);
    });

    test.each([
      [486, 'busy'],
      [600, 'busy'],
      [403, 'rejected'],
      [488, 'rejected'],
      [603, 'rejected'],
      [404, 'unreachable'],
      [480, 'unreachable'],
      [302, 'unreachable'],
      [500, 'network'],
      [503, 'network'],
    ] as const)('answered %i fails as %s', async (status, failure) => {
      const { far, media, invite, happens } = await dialled();
      far.answer(invite, status);
      await far.next('ACK');
      await happens('dial-failed one');
      expect(media.events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure, sip: status });
      expect(media.open_.size).toBe(0);
      await pause(100);
      expect(far.distinct('INVITE')).toBe(1);
      expect(media.lines.filter((line) => line.startsWith('dial-failed'))).toHaveLength(1);
    });

    test('without media of ours fails, and nobody is called', async () => {
      const { far, media, telephony, happens } = await setup();
      media.fault = new Error('no port');
      telephony.dial('one', NUMBER, OPTIONS);
      await happens('dial-failed one');
      expect(media.events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure: 'network', sip: null });
      expect(far.count('INVITE')).toBe(0);
    });

    test('answered without a codec of ours is ended', async () => {
      const { far, media, invite, happens } = await dialled();
      far.answer(invite, 200, sdp({ payloads: '18' }));
      await far.next('ACK');
      far.reply(await far.next('BYE'), 200);
      await happens('dial-failed one');
      expect(media.events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure: 'network', sip: 488 });
      expect(media.connected).toEqual([]);
      expect(media.open_.size).toBe(0);
    });

    test('is told apart from another, and its name is free when it is over', async () => {
      const { far, media, telephony, invite, happens } = await talking();
      telephony.dial('two', NUMBER, OPTIONS);
      const second = await far.fresh('INVITE');
      far.answer(second, 486);
      await happens('dial-failed two');
      far.request(invite, 'BYE', 1);
      await happens('far-ended one');
      telephony.dial('one', NUMBER, OPTIONS);
      await far.fresh('INVITE');
      expect(media.open_).toEqual(new Set(['one']));
    });

    test('that is up is not dialled twice', async () => {
      const { far, telephony } = await ringing();
      telephony.dial('one', NUMBER, OPTIONS);
      await pause(200);
      expect(far.distinct('INVITE')).toBe(1);
    });
  });

  describe(`${name}: hanging up`, () => {
    test('while it rings sends CANCEL, and tells nothing', async () => {
      const { far, media, telephony, invite } = await ringing();
      telephony.hangUp('one');
      expect(media.open_.size).toBe(0);
      const cancel = await far.next('CANCEL');
      expect(cancel.branch).toBe(invite.branch);
      far.reply(cancel, 200);
      far.answer(invite, 487);
      await far.next('ACK');
      await pause(100);
      expect(media.lines).toEqual(['open one', 'ringing one', 'release one']);
    });

    test('before any answer sends no CANCEL until there is one', async () => {
      const { far, media, telephony, invite } = await dialled();
      telephony.hangUp('one');
      await pause(200);
      expect(far.count('CANCEL')).toBe(0);
      far.answer(invite, 180);
      far.reply(await far.next('CANCEL'), 200);
      far.answer(invite, 487);
      await far.next('ACK');
      expect(media.lines).toEqual(['open one', 'release one']);
    });

    test('as the answer comes ends the call that came of it', async () => {
      const { far, media, telephony, invite } = await ringing();
      telephony.hangUp('one');
      const cancel = await far.next('CANCEL');
      far.answer(invite, 200, ANSWER);
      far.reply(cancel, 200);
      await far.next('ACK');
      far.reply(await far.next('BYE'), 200);
      expect(media.lines).toEqual(['open one', 'ringing one', 'release one']);
    });

    test('in a call sends BYE, and tells nothing', async () => {
      const it = await talking();
      await hungUp(it);
      await pause(100);
      expect(it.media.lines).toEqual(['open one', 'connect one', 'answered one', 'release one']);
    });

    test('twice, or of what is not there, does nothing more', async () => {
      const it = await talking();
      await hungUp(it);
      it.telephony.hangUp('one');
      it.telephony.hangUp('never');
      await pause(200);
      expect(it.far.distinct('BYE')).toBe(1);
    });

    test('by the far end is told once, and leaves nothing to hang up', async () => {
      const { far, media, telephony, invite, happens } = await talking();
      const bye = far.request(invite, 'BYE', 1);
      await far.next(200);
      await happens('far-ended one');
      far.raw(bye);
      await far.next(200);
      telephony.hangUp('one');
      await pause(200);
      expect(far.count('BYE')).toBe(0);
      expect(media.lines).toEqual(['open one', 'connect one', 'answered one', 'release one', 'far-ended one']);
    });
  });

  describe(`${name}: what is lost, and what comes twice`, () => {
    test('an INVITE is sent again', async () => {
      const { far } = await dialled();
      await far.next('INVITE');
      expect(far.distinct('INVITE')).toBe(1);
    });

    test('a 200 is acknowledged again', async () => {
      const { far, media, invite } = await talking();
      far.answer(invite, 200, ANSWER);
      await far.next('ACK');
      expect(media.lines.filter((line) => line === 'answered one')).toHaveLength(1);
    });

    test('a BYE is sent again', async () => {
      const { far, telephony } = await talking();
      telephony.hangUp('one');
      const bye = await far.next('BYE');
      far.reply(await far.next('BYE'), 200);
      expect(far.distinct('BYE')).toBe(1);
      expect(bye.toTag).toBe('far');
    });

    test('a second leg that answers has its ACK and a BYE', async () => {
      const it = await talking();
      it.far.answer(it.invite, 200, ANSWER, 'second');
      expect((await it.far.next('ACK')).toTag).toBe('second');
      const bye = await it.far.fresh('BYE');
      expect(bye.toTag).toBe('second');
      it.far.reply(bye, 200);
      expect((await hungUp(it)).toTag).toBe('far');
    });
  });

  describe(`${name}: inside a call`, () => {
    test('hold is told, and media follows', async () => {
      const { far, media, invite, happens } = await talking();
      far.request(invite, 'INVITE', 1, sdp({ direction: 'sendonly' }));
      expect((await far.next(200)).body).toContain('a=recvonly');
      far.request(invite, 'ACK', 1);
      await happens('hold one');
      far.request(invite, 'INVITE', 2, sdp({ port: 50_002 }));
      await far.next(200);
      far.request(invite, 'ACK', 2);
      await until('the way back', () => media.lines.filter((line) => line === 'hold one').length === 2);
      expect(media.events.flatMap((e) => (e.type === 'hold' ? [e.held] : []))).toEqual([true, false]);
      expect(media.connected.map((m) => [m.port, m.direction])).toEqual([
        [50_000, 'sendrecv'],
        [50_000, 'sendonly'],
        [50_002, 'sendrecv'],
      ]);
    });

    test('a change to no codec of ours is refused, and the call goes on', async () => {
      const it = await talking();
      it.far.request(it.invite, 'INVITE', 1, sdp({ payloads: '18' }));
      await it.far.next(488);
      it.far.request(it.invite, 'ACK', 1);
      await hungUp(it);
      expect(it.media.connected).toHaveLength(1);
    });

    test('a transfer is refused, told and not followed', async () => {
      const { far, media, invite, happens } = await talking();
      far.request(invite, 'REFER', 1, '', [['refer-to', '<sip:+19005550199@jail.example>']]);
      await happens('redirected one');
      expect(media.events.at(-1)).toEqual({ type: 'redirected', call: 'one', how: 'transfer', to: '+19005550199' });
      await until('refused', () => far.received.some((m) => m.method === 'REFER' && (m.status ?? 0) >= 300));
      expect(far.distinct('INVITE')).toBe(1);
    });

    test('keys by INFO are told', async () => {
      const { far, media, invite, happens } = await talking();
      far.info(invite, 1, 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n');
      await far.next(200);
      await happens('far-digit one');
      expect(media.events.at(-1)).toEqual({ type: 'far-digit', call: 'one', digit: '5' });
    });
  });

  describe(`${name}: a call that is sent elsewhere`, () => {
    test('is told so, once for each target', async () => {
      const { far, media, invite, happens } = await dialled();
      const history: [string, string] = ['history-info', `<sip:${NUMBER}@x>;index=1, <sip:+19005550101@x>;index=1.1`];
      far.answer(invite, 181);
      await happens('redirected one');
      far.answer(invite, 180, '', 'far', [history]);
      far.answer(invite, 180, '', 'far', [history]);
      far.answer(invite, 200, ANSWER, 'far', [history]);
      await far.next('ACK');
      await happens('answered one');
      expect(media.events.flatMap((e) => (e.type === 'redirected' ? [[e.how, e.to]] : []))).toEqual([
        ['forwarding', null],
        ['history', '+19005550101'],
      ]);
    });

    test('by a 302 is told before it fails', async () => {
      const { far, media, invite, happens } = await dialled();
      far.reply(invite, 302, { headers: [['contact', '<sip:+19005550101@x>']] });
      await happens('dial-failed one');
      expect(media.lines).toEqual(['open one', 'redirected one', 'release one', 'dial-failed one']);
    });
  });

  describe(`${name}: strangers`, () => {
    /** A request from nowhere, to where the terminal is known to be. */
    function stray(far: FarEnd, invite: Message, method: string): void {
      const target = /<([^>]+)>/.exec(header(invite, 'contact') ?? '')?.[1] ?? '';
      far.raw(
        `${method} ${target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${far.port};rport;branch=z9hG4bK${method}\r\n` +
          `From: <sip:s@s.example>;tag=s\r\nTo: <${target}>\r\nCall-ID: ${method}\r\nCSeq: 1 ${method}\r\n` +
          `Contact: <sip:s@127.0.0.1:${far.port}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
      );
    }

    test('who call are refused', async () => {
      const { far, media, invite } = await talking();
      const lines = [...media.lines];
      stray(far, invite, 'INVITE');
      await far.next(403);
      expect(media.lines).toEqual(lines);
    });

    test('who ask are told that the terminal is alive', async () => {
      const { far, invite } = await talking();
      stray(far, invite, 'OPTIONS');
      await until('an answer', () => far.received.some((m) => m.method === 'OPTIONS' && m.status === 200));
    });

    test('who talk nonsense are survived', async () => {
      const it = await talking();
      for (const junk of [
        '\0\0\0\0',
        'INVITE',
        'BYE sip:x SIP/2.0\r\n\r\n',
        `SIP/2.0 200 OK\r\n${'x'.repeat(5_000)}`,
      ]) {
        it.far.raw(junk);
      }
      await hungUp(it);
      expect(it.media.lines).not.toContain('far-ended one');
    });
  });

  describe(`${name}: at its end`, () => {
    test('ends its calls, completes, and is deaf', async () => {
      const { far, media, telephony, invite } = await talking();
      const closed = telephony.close();
      far.reply(await far.next('BYE'), 200);
      await closed;
      expect(media.open_.size).toBe(0);
      expect(media.completed).toBe(true);
      telephony.dial('two', NUMBER, OPTIONS);
      far.request(invite, 'OPTIONS', 5);
      await pause(300);
      expect(far.distinct('INVITE')).toBe(1);
      expect(far.received.some((m) => m.method === 'OPTIONS')).toBe(false);
    });

    test('does not wait for far ends that say nothing', async () => {
      const { media, telephony } = await talking();
      await telephony.close();
      expect(media.completed).toBe(true);
      // Once more is harmless.
      await telephony.close();
    });
  });

  describe(`${name}: the registration`, () => {
    test('is told to who listens later', async () => {
      const { telephony, media } = await setup();
      await until('it', () => media.events.some((e) => e.type === 'registration'));
      const late = new Recorder();
      late.listen(telephony);
      expect(late.events[0]).toMatchObject({ type: 'registration', state: 'not-used' });
    });
  });
}
