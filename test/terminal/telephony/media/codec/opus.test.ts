import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoderOf, encoderOf } from '../../../../../src/terminal/telephony/media/codec/codec.ts';
import { levelAt, toneFrames } from '../../../../signal.ts';

const FRAME = 320;

function packets(hz: number, count: number, length = FRAME): Uint8Array[] {
  const encoder = encoderOf('opus');
  const next = toneFrames(hz, -12);
  const sound = Int16Array.from(Array.from({ length: (count * length) / FRAME }, () => [...next()]).flat());
  return Array.from({ length: count }, (_, n) => {
    const out = new Uint8Array(1_276);
    return out.slice(0, encoder.encode(sound.subarray(n * length, (n + 1) * length), out, 0));
  });
}

test.each([20, 40, 60])('packets of %i ms say how long they are, and a tone comes back at its level', (ptime) => {
  const length = 16 * ptime;
  const decoder = decoderOf('opus');
  const heard = new Int16Array(40 * length);
  packets(1_000, 40, length).forEach((payload, n) => {
    expect(decoder.duration(payload)).toBe(48 * ptime);
    expect(decoder.decode(payload, heard.subarray(n * length))).toBe(length);
  });
  expect(Math.abs(levelAt(heard.subarray(10 * length), 1_000) + 12)).toBeLessThan(1);
});

test('after a loss that the memory is led over a tone goes on', () => {
  const decoder = decoderOf('opus');
  const heard = new Int16Array(FRAME);
  packets(1_000, 40).forEach((payload, n) => {
    if (n === 20 || n === 21) return;
    if (n === 22) decoder.follow?.(new Int16Array(2 * FRAME));
    decoder.decode(payload, heard);
  });
  expect(Math.abs(levelAt(heard, 1_000) + 12)).toBeLessThan(1);
});

test('any bytes are a payload: none throws, and all give the sound that they say, or none', () => {
  const decoder = decoderOf('opus');
  const out = new Int16Array(3_200);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_400 }), (payload) => {
      const ticks = decoder.duration(payload);
      expect(ticks).toBeLessThanOrEqual(5_760);
      expect(decoder.decode(payload, out)).toBe(ticks / 3);
      decoder.follow?.(new Int16Array(1_000));
    }),
  );
});
