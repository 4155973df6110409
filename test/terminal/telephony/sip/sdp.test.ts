import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec } from '../../../../src/terminal/telephony/port.ts';
import { OwnKeys } from '../../../../src/terminal/telephony/sip/sdp/sdes.ts';
import {
  type LocalMedia,
  readAnswer,
  readOffer,
  remoteOf,
  writeAnswer,
  writeOffer,
} from '../../../../src/terminal/telephony/sip/sdp/sdp.ts';
import { UnusableSdp } from '../../../../src/terminal/telephony/sip/sdp/sdp-read.ts';
import { sdp } from './far-end.ts';

const G711 = ['PCMU', 'PCMA'] as const;
const ALL = ['opus', 'G722', 'PCMU', 'PCMA'] as const;

function local(codecs: readonly Codec[] = G711): LocalMedia {
  return { address: '192.0.2.1', port: 4_000, codecs, srtp: 'off', keys: new OwnKeys(), id: 1, version: 1 };
}

/** What is agreed on where the far end offers this. */
function agreed(offer: string, own = local()) {
  return remoteOf(readOffer(offer, own), own);
}

describe('an offer of ours', () => {
  test('can be read', () => {
    expect(agreed(writeOffer(local()))).toEqual({
      address: '192.0.2.1',
      port: 4_000,
      rtcpPort: 4_000,
      format: { codec: 'PCMU', payloadType: 0 },
      receives: [{ codec: 'PCMU', payloadType: 0 }],
      srtp: null,
      digits: { payloadType: 101, clock: 8_000 },
      receivesDigits: [{ payloadType: 101, clock: 8_000 }],
      ptime: 20,
      direction: 'sendrecv',
    });
    expect(writeOffer({ ...local(), address: '2001:db8::1' })).toContain('c=IN IP6 2001:db8::1');
  });

  test('names every codec as its RFC does', () => {
    const offer = writeOffer(local(ALL));
    expect(offer).toContain('m=audio 4000 RTP/AVP 96 9 0 8 101 102\r\n');
    for (const line of [
      'a=rtpmap:96 opus/48000/2',
      'a=fmtp:96 useinbandfec=1',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=rtpmap:102 telephone-event/48000',
      'a=rtcp-mux',
    ]) {
      expect(offer).toContain(`${line}\r\n`);
    }
  });
});

describe('an offer of the far end', () => {
  test.each([
    ['their first codec that is ours', sdp({ payloads: '18 8 0' }), { format: { codec: 'PCMA', payloadType: 8 } }],
    [
      'a codec under a number of their own',
      `${sdp({ payloads: '97' })}a=rtpmap:97 pcma/8000\r\n`,
      { format: { codec: 'PCMA', payloadType: 97 } },
    ],
    [
      'Opus under a number of their own',
      `${sdp({ payloads: '111 0' })}a=rtpmap:111 OPUS/48000/2\r\n`,
      { format: { codec: 'opus', payloadType: 111 } },
    ],
    ['G.722 without a map', sdp({ payloads: '9 0' }), { format: { codec: 'G722', payloadType: 9 } }],
    [
      'no codec of another clock',
      `${sdp({ payloads: '97 0' })}a=rtpmap:97 PCMA/16000\r\n`,
      { format: { codec: 'PCMU', payloadType: 0 } },
    ],
    ['no keys where none were agreed on', sdp({ payloads: '0' }), { digits: null, receivesDigits: [] }],
    [
      'keys under a number of their own',
      `${sdp({ payloads: '0 96' })}a=rtpmap:96 telephone-event/8000\r\n`,
      { digits: { payloadType: 96, clock: 8_000 } },
    ],
    [
      'keys of the clock of Opus or of wide sound',
      `${sdp({ payloads: '0 100 101' }).replace('event/8000', 'event/48000')}a=rtpmap:100 telephone-event/16000\r\n`,
      {
        digits: { payloadType: 100, clock: 16_000 },
        receivesDigits: [
          { payloadType: 100, clock: 16_000 },
          { payloadType: 101, clock: 48_000 },
        ],
      },
    ],
    [
      'no keys of a clock that nothing has',
      sdp({ payloads: '0 101' }).replace('event/8000', 'event/90000'),
      { digits: null, receivesDigits: [] },
    ],
    [
      'the keys of the clock of what is said, of several',
      `${sdp({ payloads: '0 100 101' })}a=rtpmap:100 telephone-event/48000\r\n`,
      { digits: { payloadType: 101, clock: 8_000 } },
    ],
    [
      'the same beside Opus',
      `${sdp({ payloads: '111 101 100' })}a=rtpmap:111 opus/48000/2\r\na=rtpmap:100 telephone-event/48000\r\n`,
      { digits: { payloadType: 100, clock: 48_000 } },
    ],
    [
      'a codec and keys without a clock',
      `${sdp({ payloads: '97 98' })}a=rtpmap:97 PCMA\r\na=rtpmap:98 telephone-event\r\n`,
      { format: { codec: 'PCMA', payloadType: 97 }, digits: { payloadType: 98, clock: 8_000 } },
    ],
    [
      'no codec of two channels',
      `${sdp({ payloads: '97 0' })}a=rtpmap:97 PCMA/8000/2\r\n`,
      { format: { codec: 'PCMU', payloadType: 0 } },
    ],
    ['the first of several ports', sdp({}).replace('audio 50000', 'audio 50000/2'), { port: 50_000 }],
    ['no port for RTCP behind the last', sdp({ port: 65_535 }), { port: 65_535, rtcpPort: null }],
    ['RTCP on the port after, where none is named', `${sdp({})}a=rtcp:0\r\n`, { rtcpPort: 50_001 }],
    ['the shortest packet we can send', `${sdp({})}a=ptime:5\r\n`, { ptime: 10 }],
    ['hold', sdp({ direction: 'inactive' }), { direction: 'inactive' }],
    ['hold as it was before', sdp({ address: '0.0.0.0' }), { direction: 'sendonly' }],
    ['their packet time', `${sdp({})}a=ptime:35\r\n`, { ptime: 30 }],
    ['the longest packet they take', `${sdp({})}a=maxptime:10\r\n`, { ptime: 10 }],
    [
      'a packet time that Opus has',
      `${sdp({ payloads: '96' })}a=rtpmap:96 opus/48000/2\r\na=ptime:30\r\n`,
      { ptime: 20 },
    ],
    ['RTCP on the port after', sdp({}), { rtcpPort: 50_001 }],
    ['RTCP on a port of its own', `${sdp({})}a=rtcp:50009 IN IP4 127.0.0.1\r\n`, { rtcpPort: 50_009 }],
    ['RTCP on the same port', `${sdp({})}a=rtcp:50009\r\na=rtcp-mux\r\n`, { rtcpPort: 50_000 }],
  ])('tells %s', (_what, text, told) => {
    expect(agreed(text, local(ALL))).toMatchObject(told);
  });

  test.each([
    ['no codec of ours', sdp({ payloads: '18' })],
    ['a refused stream', sdp({ port: 0 })],
    ['a port that is none', sdp({ port: 70_000 })],
    ['no codec at all', sdp({ payloads: '' })],
    ['an address of the other IP', sdp({}).replace('c=IN IP4 127.0.0.1', 'c=IN IP6 ::1')],
    ['a host name for an address', sdp({ address: 'media.example' })],
    ['encryption where it is off', sdp({}).replace('RTP/AVP', 'RTP/SAVP')],
    ['nothing', ''],
  ])('with %s is of no use', (_what, text) => {
    expect(() => agreed(text)).toThrow(UnusableSdp);
    expect(() => readAnswer(text, local())).toThrow(UnusableSdp);
  });

  test('is answered stream by stream, ours mirrored and the others refused', () => {
    const offer = `${sdp({ direction: 'sendonly' })}m=video 6000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n`;
    const answer = writeAnswer(local(), readOffer(offer, local()));
    expect(answer.match(/^m=.*$/gm)).toEqual(['m=audio 4000 RTP/AVP 0 101', 'm=video 0 RTP/AVP 96']);
    expect(answer).toContain('a=recvonly');
    expect(answer).not.toContain('rtcp-mux');
  });

  test('with one port for RTP and RTCP is answered so', () => {
    const offer = `${sdp({})}a=rtcp-mux\r\n`;
    expect(writeAnswer(local(), readOffer(offer, local()))).toContain('a=rtcp-mux\r\n');
  });

  test('of any kind is usable or not, and nothing else', () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...sdp({}).split('\r\n'),
        'm=audio x y',
        'm=',
        'a=rtpmap:0',
        'c=IN',
        'a=ptime:x',
        'a=rtcp:x',
        'a=rtcp:99999',
        'a=crypto:1',
        'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:',
        'm=audio 1 RTP/AVP 0',
        'm=audio 1 RTP/SAVP 0',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom('off', 'preferred', 'required'), (lines, srtp) => {
        const text = lines.join('\r\n');
        const own = { ...local(ALL), srtp };
        try {
          writeAnswer(own, readOffer(text, own));
          readAnswer(text, own);
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableSdp);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an answer of the far end', () => {
  test('leaves open what it may send of all that we offered, by our numbers and by its own', () => {
    const answer = `${sdp({ payloads: '98 101' })}a=rtpmap:98 opus/48000/2\r\n`;
    expect(readAnswer(answer, local(ALL))).toMatchObject({
      format: { codec: 'opus', payloadType: 98 },
      receives: [
        { codec: 'opus', payloadType: 96 },
        { codec: 'G722', payloadType: 9 },
        { codec: 'PCMU', payloadType: 0 },
        { codec: 'PCMA', payloadType: 8 },
        { codec: 'opus', payloadType: 98 },
      ],
    });
  });

  test('that gives our number of a codec to its keys takes it from the codec', () => {
    const answer = `${sdp({ payloads: '0 96' })}a=rtpmap:96 telephone-event/8000\r\n`;
    const { digits, receives, receivesDigits } = readAnswer(answer, local(ALL));
    expect(digits).toEqual({ payloadType: 96, clock: 8_000 });
    expect(receivesDigits.map((d) => d.payloadType)).toEqual([101, 102, 96]);
    expect(receives.some((f) => f.payloadType === 96)).toBe(false);
  });

  test('leaves open which number keys come by: ours, which RFC 3264 wants, or its own', () => {
    const answer = `${sdp({ payloads: '0 97' })}a=rtpmap:97 telephone-event/8000\r\n`;
    expect(readAnswer(answer, local())).toMatchObject({
      digits: { payloadType: 97 },
      receivesDigits: [{ payloadType: 101 }, { payloadType: 97 }],
    });
    // Taken or not: we have said that we take them.
    expect(readAnswer(sdp({ payloads: '0' }), local())).toMatchObject({
      digits: null,
      receivesDigits: [{ payloadType: 101 }],
    });
  });

  test('that swaps our numbers is spoken to by its own and heard by ours', () => {
    const answer = `${sdp({ payloads: '101 96' }).replace('101 telephone-event/8000', '101 opus/48000/2')}a=rtpmap:96 telephone-event/48000\r\n`;
    expect(readAnswer(answer, local(ALL))).toMatchObject({
      format: { codec: 'opus', payloadType: 101 },
      digits: { payloadType: 96, clock: 48_000 },
    });
    const { receives, receivesDigits } = readAnswer(answer, local(ALL));
    expect(receives[0]).toEqual({ codec: 'opus', payloadType: 96 });
    expect(receivesDigits).toEqual([{ payloadType: 102, clock: 48_000 }]);
  });
});
