import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RtpHeader, RtpPacket, SrtcpSession, SrtpSession } from 'werift-rtp';
import { SRTP_ROOM, SrtpReceiver, SrtpSender } from '../../../../src/terminal/telephony/media/srtp.ts';
import { streamCipher } from '../../../../src/terminal/telephony/media/srtp-cipher.ts';
import { SrtpContext } from '../../../../src/terminal/telephony/media/srtp-context.ts';
import { derive, deriveKeys, SUITES } from '../../../../src/terminal/telephony/media/srtp-suite.ts';
import type { SrtpSuite } from '../../../../src/terminal/telephony/port.ts';
import { packet } from './peer.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const NAMES = Object.keys(SUITES) as SrtpSuite[];
const SUITE = 'AES_CM_128_HMAC_SHA1_80';

const masterOf = (suite: SrtpSuite) => randomBytes(SUITES[suite].key + SUITES[suite].salt);

/** A packet of sound with room after it. */
function roomy(data: Uint8Array): { data: Buffer; length: number } {
  return { data: Buffer.concat([data, Buffer.alloc(SRTP_ROOM)]), length: data.length };
}

const sound = (sequenceNumber: number, ssrc = 1) =>
  packet({ sequenceNumber, timestamp: 160 * sequenceNumber, ssrc }, Buffer.alloc(160, sequenceNumber & 0xff));

function protect(sender: SrtpSender | SrtpContext, plain: Uint8Array): Buffer {
  const { data, length } = roomy(plain);
  return data.subarray(0, sender.protect(data, length));
}

function protectRtcp(sender: SrtpSender, plain: Uint8Array): Buffer {
  const { data, length } = roomy(plain);
  return data.subarray(0, sender.protectRtcp(data, length));
}

const RR = hex('80c90001 00000001');

describe('published vectors', () => {
  test('RFC 3711 appendix B.3: keys out of a master key', () => {
    const { rtp } = deriveKeys(SUITE, hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6'));
    expect(rtp.cipher).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(rtp.salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(rtp.auth).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });

  test('RFC 3711 appendix B.2: key stream of AES in counter mode', () => {
    const keys = {
      cipher: hex('2B7E151628AED2A6ABF7158809CF4F3C'),
      salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
      auth: Buffer.alloc(20),
    };
    const data = Buffer.alloc(48 + 10);
    streamCipher(SUITE, keys).sealRtp(data, 0, 48, { ssrc: 0, index: 0 });
    expect(data.subarray(0, 48)).toEqual(
      hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
    );
  });

  const keys = {
    cipher: hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'),
    salt: hex('517569642070726f2071756f'),
    auth: Buffer.alloc(20),
  };

  test('RFC 7714 section 16.2: RTP under AEAD_AES_256_GCM', () => {
    const cipher = streamCipher('AEAD_AES_256_GCM', keys);
    const plain = hex(
      '8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573',
    );
    const { data, length } = roomy(plain);
    const id = { ssrc: 0x5501a0b2, index: 0xf17b };
    const end = cipher.sealRtp(data, 12, length, id);
    expect(data.subarray(0, end)).toEqual(
      hex(
        '8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b 7aa3db36dfffd6b0f9bb7878d7a76c13',
      ),
    );
    expect(cipher.openRtp(data.subarray(0, end), 12, id)).toBe(length);
    expect(data.subarray(0, length)).toEqual(plain);
  });

  test('RFC 7714 section 17.2: RTCP under AEAD_AES_256_GCM', () => {
    const cipher = streamCipher('AEAD_AES_256_GCM', keys);
    const plain = hex(
      '81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
    );
    const { data, length } = roomy(plain);
    const id = { ssrc: 0x4d617273, index: 0x5d4 };
    const end = cipher.sealRtcp(data, length, id);
    expect(data.subarray(0, end)).toEqual(
      hex(
        '81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad 1d1eb30c4446839f57ff6f6cb26ac3be 800005d4',
      ),
    );
    expect(cipher.openRtcp(data.subarray(0, end), id)).toBe(length);
    expect(data.subarray(0, length)).toEqual(plain);
  });

  test('RFC 6188 section 7.2: keys out of a master key of 256 bits', () => {
    const key = hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6');
    const salt = hex('3b04803de51ee7c96423ab5b78d2');
    expect(derive(key, salt, 0, 32)).toEqual(hex('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4'));
    expect(derive(key, salt, 2, 14)).toEqual(hex('fa31791685ca444a9e07c6c64e93'));
    expect(derive(key, salt, 1, 20)).toEqual(hex('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'));
  });
});

test('another implementation opens what we protect and we open what it does, over a wrap of the sequence number', () => {
  const [ours, theirs] = [masterOf(SUITE), masterOf(SUITE)];
  const keys = {
    localMasterKey: theirs.subarray(0, 16),
    localMasterSalt: theirs.subarray(16),
    remoteMasterKey: ours.subarray(0, 16),
    remoteMasterSalt: ours.subarray(16),
  };
  const rtp = new SrtpSession({ keys, profile: 1 });
  const rtcp = new SrtcpSession({ keys, profile: 1 });
  const sender = new SrtpSender({ suite: SUITE, master: ours });
  const receiver = new SrtpReceiver({ suite: SUITE, master: theirs });
  for (let n = 65_500; n < 65_600; n++) {
    const plain = sound(n & 0xffff);
    expect(rtp.decrypt(protect(sender, plain))).toEqual(plain);
    const { header, payload } = RtpPacket.deSerialize(plain);
    expect(receiver.open(rtp.encrypt(payload, new RtpHeader({ ...header })))).toEqual(plain);
  }
  for (let n = 0; n < 5; n++) {
    expect(rtcp.decrypt(protectRtcp(sender, RR))).toEqual(RR);
    expect(receiver.openRtcp(rtcp.encrypt(RR))).toEqual(RR);
  }
});

describe.each(NAMES)('%s', (suite) => {
  const pair = () => {
    const master = masterOf(suite);
    return { sender: new SrtpSender({ suite, master }), receiver: new SrtpReceiver({ suite, master }) };
  };

  test('a packet with one bit changed anywhere, or cut, is not authentic', () => {
    const { sender, receiver } = pair();
    const whole = protect(sender, sound(5));
    for (let bit = 0; bit < 8 * whole.length; bit += 3) {
      const changed = Buffer.from(whole);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(receiver.open(changed), `bit ${bit}`).toBe('unauthentic');
    }
    for (let length = 0; length < whole.length; length++) {
      expect(receiver.open(Buffer.from(whole.subarray(0, length)))).toBe('unauthentic');
    }
    expect(receiver.open(Buffer.from(whole))).toEqual(sound(5));
    const rtcp = protectRtcp(sender, RR);
    for (let at = 0; at < rtcp.length; at++) {
      const changed = Buffer.from(rtcp);
      changed[at] = (changed[at] as number) ^ 0x40;
      expect(receiver.openRtcp(changed), `byte ${at}`).toBe('unauthentic');
      expect(receiver.openRtcp(Buffer.from(rtcp.subarray(0, at)))).toBe('unauthentic');
    }
    expect(receiver.openRtcp(Buffer.from(rtcp))).toEqual(RR);
    expect(receiver.openRtcp(Buffer.from(rtcp))).toBe('replayed');
  });

  test('in any order, with losses and copies over wraps, each packet is opened once', () => {
    const step = fc.record({
      lost: fc.boolean(),
      copies: fc.integer({ min: 1, max: 3 }),
      late: fc.integer({ min: 0, max: 60 }),
      gap: fc.constantFrom(1, 1, 1, 1, 2, 50, 9_000),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.nat(0x7fff), (steps, start) => {
        const { sender, receiver } = pair();
        let index = start;
        let arrived = start;
        const stream = steps.flatMap(({ lost, copies, late, gap }, n) => {
          const plain = sound(index & 0xffff);
          const data = protect(sender, plain);
          // Who misses the first cannot know where the count began, nor who misses half of all numbers in a row whether it
          // wrapped (RFC 3711 section 3.3.1).
          const followed = index + gap - arrived < 0x8000;
          const times = n === 0 ? 1 : lost && followed ? 0 : copies;
          if (times > 0) arrived = index;
          index += gap;
          const at = n === 0 ? 0 : n + (gap > 60 ? 0 : late);
          return Array.from({ length: times }, (_, copy) => ({ at: at + copy, data, plain, n }));
        });
        // A packet that comes after the jump of a later one by thousands would be too old.
        const jumps = steps.some(({ gap }) => gap > 60);
        if (!jumps) stream.sort((a, b) => a.at - b.at);
        const opened = new Map<number, number>();
        for (const { data, plain, n } of stream) {
          const result = receiver.open(Buffer.from(data));
          if (typeof result === 'string') continue;
          expect(result).toEqual(plain);
          opened.set(n, (opened.get(n) ?? 0) + 1);
        }
        expect([...opened.values()].every((times) => times === 1)).toBe(true);
        if (jumps || steps.every(({ gap }) => gap === 1)) {
          expect(opened.size).toBe(new Set(stream.map(({ n }) => n)).size);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('any bytes are refused and nothing is thrown', () => {
    const { receiver } = pair();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, like) => {
        if (like && bytes.length > 1) {
          bytes[0] = 0x80 | ((bytes[0] as number) & 0x1f);
        }
        expect(receiver.open(Buffer.from(bytes))).toBe('unauthentic');
        expect(receiver.openRtcp(Buffer.from(bytes))).toBe('unauthentic');
      }),
      { numRuns: 1_000 },
    );
  });

  test('a key goes on protecting to its limit and no packet further', () => {
    const master = masterOf(suite);
    const last = new SrtpSender({ suite, master }, { rollover: 2 ** 32 - 1, rtcpIndex: 2 ** 31 - 1 });
    expect(protect(last, sound(0xfffe)).length).toBeGreaterThan(172);
    expect(protect(last, sound(0xffff)).length).toBeGreaterThan(172);
    expect(protect(last, sound(0)).length).toBe(0);
    expect(protectRtcp(last, RR).length).toBeGreaterThan(8);
    expect(protectRtcp(last, RR).length).toBe(0);
  });

  test.each([0, 3])(
    'a new key is taken with the rollover counter kept or at 0, and the old one for a while: %i',
    (rollover) => {
      const [first, second] = [masterOf(suite), masterOf(suite)];
      const keys = { suite, send: first, receive: first };
      const far = new SrtpSender({ suite, master: first });
      const context = new SrtpContext(keys);
      let n = 30_000;
      const next = () => sound(n++ & 0xffff);
      // Up to the same rollover as the sender of the new key may keep.
      for (; n < rollover * 0x10000; n += 30_000)
        expect(context.open(protect(far, sound(n & 0xffff)), 0)).toBeInstanceOf(Buffer);
      const late = protect(far, next());
      const later = protect(far, next());
      context.rekey({ suite, send: second, receive: second }, 1_000);
      const kept = new SrtpSender({ suite, master: second }, { rollover: far.rollover });
      expect(context.open(late, 1_100)).toBeInstanceOf(Buffer);
      expect(context.open(protect(kept, next()), 1_200)).toBeInstanceOf(Buffer);
      expect(context.open(later, 1_300)).toBeInstanceOf(Buffer);
      expect(context.open(protect(far, next()), 3_000)).toBe('unauthentic');
      // Another that began at 0.
      const third = masterOf(suite);
      context.rekey({ suite, send: second, receive: third }, 4_000);
      const fresh = new SrtpSender({ suite, master: third });
      expect(context.open(protect(fresh, next()), 4_100)).toBeInstanceOf(Buffer);
    },
  );
});

test('keys of a wrong length are refused', () => {
  expect(() => new SrtpSender({ suite: SUITE, master: randomBytes(29) })).toThrow('SRTP: a key of 29 bytes');
  expect(() => new SrtpReceiver({ suite: 'AEAD_AES_256_GCM', master: randomBytes(30) })).toThrow('takes 44');
});
