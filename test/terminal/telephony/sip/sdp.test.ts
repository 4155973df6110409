import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRemote, UnusableSdp, writeAnswer, writeOffer } from '../../../../src/terminal/telephony/sip/sdp.ts';
import { sdp } from './far-end.ts';

const CODECS = ['PCMU', 'PCMA'] as const;
const LOCAL = { address: '192.0.2.1', port: 4_000, codecs: CODECS, id: 1, version: 1 };

describe('an SDP', () => {
  test('that we offer can be read', () => {
    expect(readRemote(writeOffer(LOCAL), CODECS)).toEqual({
      address: '192.0.2.1',
      port: 4_000,
      rtcpPort: 4_001,
      format: { codec: 'PCMU', payloadType: 0 },
      receives: [
        { codec: 'PCMU', payloadType: 0 },
        { codec: 'PCMA', payloadType: 8 },
      ],
      srtp: null,
      digitPayloadType: 101,
      ptime: 20,
      direction: 'sendrecv',
    });
    expect(writeOffer({ ...LOCAL, address: '2001:db8::1' })).toContain('c=IN IP6 2001:db8::1');
  });

  test.each([
    ['their first codec that is ours', sdp({ payloads: '18 8 0' }), { format: { codec: 'PCMA', payloadType: 8 } }],
    [
      'a codec under a number of their own',
      `${sdp({ payloads: '97' })}a=rtpmap:97 pcma/8000\r\n`,
      { format: { codec: 'PCMA', payloadType: 97 } },
    ],
    ['no keys where none were agreed on', sdp({ payloads: '0' }), { digitPayloadType: null }],
    [
      'keys under a number of their own',
      `${sdp({ payloads: '0 96' })}a=rtpmap:96 telephone-event/8000\r\n`,
      { digitPayloadType: 96 },
    ],
    [
      'no keys of another clock',
      sdp({ payloads: '0 101' }).replace('event/8000', 'event/48000'),
      { digitPayloadType: null },
    ],
    ['hold', sdp({ direction: 'inactive' }), { direction: 'inactive' }],
    ['hold as it was before', sdp({ address: '0.0.0.0' }), { direction: 'sendonly' }],
    ['their packet time', `${sdp({})}a=ptime:35\r\n`, { ptime: 30 }],
    ['the longest packet they take', `${sdp({})}a=maxptime:10\r\n`, { ptime: 10 }],
  ])('tells %s', (_what, text, told) => {
    expect(readRemote(text, CODECS)).toMatchObject(told);
  });

  test.each([
    ['no codec of ours', sdp({ payloads: '18' })],
    ['a refused stream', sdp({ port: 0 })],
    ['a host name for an address', sdp({ address: 'media.example' })],
    ['encryption', sdp({}).replace('RTP/AVP', 'RTP/SAVP')],
    ['nothing', ''],
  ])('with %s is of no use', (_what, text) => {
    expect(() => readRemote(text, CODECS)).toThrow(UnusableSdp);
  });

  test('that we answer has each stream of the offer, ours mirrored and the others refused', () => {
    const offer = `${sdp({ direction: 'sendonly' })}m=video 6000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n`;
    const answer = writeAnswer(LOCAL, offer, readRemote(offer, CODECS));
    expect(answer.match(/^m=.*$/gm)).toEqual(['m=audio 4000 RTP/AVP 0 101', 'm=video 0 RTP/AVP 96']);
    expect(answer).toContain('a=recvonly');
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
        'm=audio 1 RTP/AVP 0',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = lines.join('\r\n');
        try {
          writeAnswer(LOCAL, text, readRemote(text, CODECS));
        } catch (error) {
          expect(error).toBeInstanceOf(UnusableSdp);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
