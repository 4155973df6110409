import { mulaw } from 'alawmulaw';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { Session } from '../../../../src/terminal/telephony/media/session.ts';
import { bindPair } from '../../../../src/terminal/telephony/media/socket.ts';
import { toneFrames } from '../../../signal.ts';
import { event, packet } from './peer.ts';
import { peak, remoteAt } from './stepped.ts';

const sessions: Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

const PACKETS = 150;
const KEYS = '159#';
const tone = toneFrames(1_000, -10);
const sound = mulaw.encode(tone().filter((_, n) => n % 2 === 0));

/** What a far end says in three seconds: a tone, and four keys of 100 ms in it. */
const whole: readonly Buffer[] = Array.from({ length: PACKETS }, (_, n) => {
  const press = Math.floor(n / 30) - 1;
  const age = n % 30;
  const code = '0123456789*#'.indexOf(KEYS[press] ?? 'none');
  const header = { sequenceNumber: (65_500 + n) & 0xffff, timestamp: 160 * n, ssrc: 7 };
  if (code < 0 || age > 6) return packet(header, sound);
  const first = { ...header, payloadType: 101, marker: age === 0, timestamp: 160 * (n - age) };
  return packet(first, event(code, age >= 4, 160 * Math.min(age + 1, 5)));
});

/** One packet, broken in one place of its header, or cut, or made longer. */
const fault = fc.oneof(
  fc.record({ byte: fc.integer({ min: 0, max: 11 }), xor: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ cut: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ put: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
);

function broken(data: Buffer, how: { byte: number; xor: number } | { cut: number } | { put: Uint8Array }): Buffer {
  if ('cut' in how) return data.subarray(0, how.cut);
  if ('put' in how) return Buffer.concat([data, how.put]);
  const out = Buffer.from(data);
  out[how.byte] = (out[how.byte] as number) ^ how.xor;
  return out;
}

test('one broken packet costs no more than itself: every key is told once, and sound is heard at the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: PACKETS - 30 }), fault, async (at, how) => {
      let now = 0;
      let keys = '';
      const failed = (cause: unknown) => {
        throw cause;
      };
      const session = new Session(
        await bindPair('127.0.0.1'),
        { timeout: 30_000, now: () => now },
        {
          digit: (digit, source) => (keys += source === 'rfc4733' ? digit : '?'),
          lost: () => undefined,
          quality: () => undefined,
          malformed: () => undefined,
          failed,
        },
      );
      sessions.push(session);
      session.connect(remoteAt(9, { direction: 'sendonly' }));
      const frame = new Int16Array(320);
      for (const [n, data] of whole.entries()) {
        now += 20;
        session.datagram(n === at ? broken(data, how) : Buffer.from(data), { address: '127.0.0.1', port: 9 }, 'rtp');
        session.receive(frame, now);
      }
      // A payload of sound that says it is a key may be one; a key whose code was broken is not looked for.
      const event = (whole[at]?.[1] ?? 0) % 128 === 101;
      if (!event && !('byte' in how && how.byte === 1)) expect(keys).toBe(KEYS);
      else expect([...KEYS].every((key) => keys.includes(key))).toBe(true);
      expect(peak(frame)).toBeGreaterThan(8_000);
      session.close();
      sessions.length = 0;
    }),
    { numRuns: 300 },
  );
});
