import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseOffered, OwnKeys, offeredLines } from '../../../../src/terminal/telephony/sip/sdp/sdes.ts';
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

type Policy = LocalMedia['srtp'];
const KEY = Buffer.alloc(30, 7).toString('base64');
const LONG = Buffer.alloc(44, 7).toString('base64');

function local(srtp: Policy): LocalMedia {
  return { address: '127.0.0.1', port: 4_000, codecs: ['PCMU'], srtp, keys: new OwnKeys(), id: 1, version: 1 };
}

/** An SDP with these lines of `a=`, encrypted or not by its first line. */
function secured(protocol: string, ...lines: string[]): string {
  return sdp({}).replace('RTP/AVP', protocol) + lines.map((line) => `a=${line}\r\n`).join('');
}

const LINE = `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`;

describe('keys', () => {
  test.each([
    ['AES_CM_128_HMAC_SHA1_80', 30],
    ['AES_CM_128_HMAC_SHA1_32', 30],
    ['AEAD_AES_256_GCM', 44],
  ] as const)('for %s are agreed on with ourselves as the far end', (suite, length) => {
    const near = local('required');
    const far = local('required');
    const offer = writeOffer(near)
      .split('\r\n')
      .filter((line) => !line.startsWith('a=crypto') || line.includes(suite))
      .join('\r\n');
    const offered = readOffer(offer, far);
    const answer = writeAnswer(far, offered);
    const theirs = remoteOf(offered, far).srtp;
    const ours = readAnswer(answer, near).srtp;
    expect(ours).toEqual({ suite, send: theirs?.receive, receive: theirs?.send });
    expect(ours?.send).toHaveLength(length);
    expect(ours?.send).not.toEqual(ours?.receive);
  });

  test.each<[string, Policy, string, string | null]>([
    ['off meets none', 'off', secured('RTP/AVP'), 'plain'],
    ['off meets a line it passes over', 'off', secured('RTP/AVP', LINE), 'plain'],
    ['off meets encryption', 'off', secured('RTP/SAVP', LINE), null],
    ['preferred meets none', 'preferred', secured('RTP/AVP'), 'plain'],
    ['preferred meets a line', 'preferred', secured('RTP/AVP', LINE), 'encrypted'],
    ['preferred meets encryption', 'preferred', secured('RTP/SAVP', LINE), 'encrypted'],
    ['preferred meets encryption without a key', 'preferred', secured('RTP/SAVP'), null],
    ['required meets none', 'required', secured('RTP/AVP'), null],
    ['required meets a line', 'required', secured('RTP/AVP', LINE), 'encrypted'],
    ['required meets encryption', 'required', secured('RTP/SAVP', LINE), 'encrypted'],
    ['required meets a bad key', 'required', secured('RTP/SAVP', `${LINE.slice(0, -8)}`), null],
  ])('%s', (_what, srtp, offer, outcome) => {
    const own = local(srtp);
    if (outcome === null) expect(() => readOffer(offer, own)).toThrow(UnusableSdp);
    else {
      const read = readOffer(offer, own);
      expect(remoteOf(read, own).srtp ? 'encrypted' : 'plain').toBe(outcome);
      // Answered in kind.
      expect(writeAnswer(own, read)).toContain(offer.includes('SAVP') ? 'RTP/SAVP' : 'RTP/AVP');
      expect(writeAnswer(own, read).includes('a=crypto:1 ')).toBe(outcome === 'encrypted');
    }
  });

  test('are preferred in the second stream to none in the first', () => {
    const own = local('preferred');
    const offer = `${sdp({})}m=audio 50002 RTP/SAVP 0\r\na=${LINE}\r\n`;
    const read = readOffer(offer, own);
    expect(remoteOf(read, own)).toMatchObject({ port: 50_002, srtp: { suite: 'AES_CM_128_HMAC_SHA1_80' } });
    expect(writeAnswer(own, read).match(/^m=.*$/gm)).toEqual(['m=audio 0 RTP/AVP 0 101', 'm=audio 4000 RTP/SAVP 0']);
  });

  test('of an answer must be of the suite that its tag is', () => {
    const own = local('required');
    writeOffer(own);
    expect(readAnswer(secured('RTP/SAVP', LINE.replace(':1', ':2')), own).srtp?.suite).toBe('AES_CM_128_HMAC_SHA1_80');
    for (const tag of ['1', '3', '4']) {
      expect(() => readAnswer(secured('RTP/SAVP', LINE.replace(':1', `:${tag}`)), own)).toThrow(UnusableSdp);
    }
  });

  test('stay from one description to the next, and go when they are renewed', () => {
    const own = local('preferred');
    expect(writeOffer(own)).toBe(writeOffer(own));
    const before = writeOffer(own);
    own.keys.renew();
    expect(writeOffer(own)).not.toBe(before);
  });
});

describe('a line', () => {
  test.each([
    ['with a lifetime', `${LINE}|2^31`],
    ['with a lifetime in digits', `${LINE}|1048576`],
    ['with a window size', `${LINE} WSH=128`],
    ['with a parameter that may be passed over', `${LINE} -x=1`],
    ['of the long suite', `crypto:9 AEAD_AES_256_GCM inline:${LONG}`],
    ['after others that are of no use', `crypto:1 F8_128_HMAC_SHA1_80 inline:${KEY}\r\na=${LINE}`],
  ])('%s is taken', (_what, line) => {
    expect(chooseOffered(`a=${line}`.split('\r\n'), new OwnKeys())).not.toBeNull();
  });

  test.each([
    ['of another suite', LINE.replace('SHA1_80', 'SHA1_16')],
    ['named as a member of every object', LINE.replace('AES_CM_128_HMAC_SHA1_80', 'constructor')],
    ['without a tag', LINE.replace(':1', ':')],
    ['of tag 0', LINE.replace(':1', ':0')],
    ['with a short key', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(29).toString('base64')}`],
    ['with a long key', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${LONG}`],
    ['that is no base64', LINE.replace('inline:B', 'inline:*')],
    ['with an MKI', `${LINE}|2^20|1:4`],
    ['with an MKI alone', `${LINE}|1:4`],
    ['with two keys', `${LINE};inline:${KEY}`],
    ['with a key for a moment', `${LINE}|2^4`],
    ['with an impossible lifetime', `${LINE}|2^60`],
    ['with a key by other means', LINE.replace('inline', 'uri')],
    ['without encryption', `${LINE} UNENCRYPTED_SRTP`],
    ['without authentication, said last', `${LINE} WSH=64 UNAUTHENTICATED_SRTP`],
    ['with keys derived anew', `${LINE} KDR=5`],
    ['with something unheard of', `${LINE} x=1`],
  ])('%s is refused', (_what, line) => {
    expect(chooseOffered([`a=${line}`], new OwnKeys())).toBeNull();
  });

  test('that shows us our own key is refused', () => {
    const own = new OwnKeys();
    for (const { id, suite, config } of offeredLines(own)) {
      expect(chooseOffered([`a=crypto:${id} ${suite} ${config}`], own)).toBeNull();
    }
  });

  test('of whatever bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(LINE.length), (junk, at) => {
        const own = new OwnKeys();
        const chosen = chooseOffered([`a=${LINE.slice(0, at)}${junk}${LINE.slice(at)}`], own);
        expect(chosen === null || chosen.key.length === 30).toBe(true);
      }),
    );
  });
});
