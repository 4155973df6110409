import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoderOf, encoderOf } from '../../../../../src/terminal/telephony/media/codec/codec.ts';
import { type Compiled, compile } from '../../../../compile.ts';
import { levelAt, toneFrames } from '../../../../signal.ts';

const FRAME = 320;

/** Numbers that are the same each time, 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ten seconds of what is hard to follow: tones and noise that come and go, clicks, and full scale. */
function hard(seed: number): Int16Array {
  const next = random(seed);
  const out = new Int16Array(500 * FRAME);
  for (let frame = 0; frame < 500; frame++) {
    const level = next() < 0.1 ? 32_767 : 32_767 * next() ** 4;
    const [noise, hz] = [next(), 50 + 7_500 * next()];
    for (let n = 0; n < FRAME; n++) {
      const tone = Math.sin((2 * Math.PI * hz * n) / 16_000);
      const sample = next() < 0.001 ? 32_767 : level * (noise * (2 * next() - 1) + (1 - noise) * tone);
      out[frame * FRAME + n] = Math.max(-32_768, Math.min(32_767, Math.round(sample)));
    }
  }
  return out;
}

function encode(samples: Int16Array): Uint8Array {
  const encoder = encoderOf('G722');
  const out = new Uint8Array(samples.length / 2);
  for (let at = 0; at < samples.length; at += FRAME) encoder.encode(samples.subarray(at, at + FRAME), out, at / 2);
  return out;
}

function decode(codes: Uint8Array): Int16Array {
  const decoder = decoderOf('G722');
  const out = new Int16Array(codes.length * 2);
  for (let at = 0; at < codes.length; at += 160) decoder.decode(codes.subarray(at, at + 160), out.subarray(2 * at));
  return out;
}

const bytes = (of: Int16Array | Uint8Array) => Buffer.from(of.buffer, of.byteOffset, of.byteLength);

/** Samples that are not the same. Where the recommendation limits, this spandsp (0.0.6) lets the sample wrap around. */
const different = (ours: Int16Array, theirs: Buffer): number[] =>
  [...ours].filter((sample, n) => {
    const limited = sample === 32_767 || sample === -32_768;
    const their = theirs.readInt16LE(2 * n);
    return limited ? their * sample > 0 && their !== sample : their !== sample;
  });

const header = ['/usr/include/spandsp.h', '/usr/include/x86_64-linux-gnu/spandsp.h'];

describe.skipIf(!header.some((path) => existsSync(path)))('G.722 beside spandsp (libspandsp-dev)', () => {
  let compiled: Compiled;
  beforeAll(() => {
    const source = 'test/terminal/telephony/media/codec/g722-reference.c';
    compiled = compile(source, ['-lspandsp', '-lm'], ['libspandsp-dev']);
  });
  afterAll(() => compiled?.close());
  const reference = (input: Int16Array | Uint8Array, ...args: string[]) =>
    execFileSync(compiled.program, args, { input: bytes(input), maxBuffer: 1 << 26 });

  test.each([1, 2, 3])('every code and every sample is the same: %i', (seed) => {
    const samples = hard(seed);
    const codes = encode(samples);
    expect(bytes(codes).equals(reference(samples))).toBe(true);
    expect(different(decode(codes), reference(codes, 'decode'))).toEqual([]);
  });

  test('so it is for bytes that no encoder makes', () => {
    const next = random(9);
    const codes = Uint8Array.from({ length: 80_000 }, () => Math.floor(256 * next()));
    expect(different(decode(codes), reference(codes, 'decode'))).toEqual([]);
  });
});

test.each([100, 1_000, 3_400, 5_000, 7_000])('%i Hz comes back at its level', (hz) => {
  const next = toneFrames(hz, -12);
  const samples = Int16Array.from(Array.from({ length: 50 }, () => [...next()]).flat());
  expect(Math.abs(levelAt(decode(encode(samples)).subarray(FRAME * 10), hz) + 12)).toBeLessThan(0.5);
});

test('after a loss that the memory is led over, sound is right sooner than after one it is not', () => {
  const next = toneFrames(713, -10);
  const samples = Int16Array.from(Array.from({ length: 60 }, () => [...next()]).flat());
  const codes = encode(samples);
  const whole = decode(codes);
  const wrong = (led: boolean) => {
    const decoder = decoderOf('G722');
    const out = new Int16Array(FRAME);
    for (let n = 0; n < 30; n++) decoder.decode(codes.subarray(160 * n, 160 * n + 160), out);
    if (led) decoder.follow?.(whole.subarray(30 * FRAME, 33 * FRAME + (decoder.lookahead ?? 0)));
    decoder.decode(codes.subarray(160 * 33, 160 * 34), out);
    return out.reduce((sum, sample, n) => sum + Math.abs(sample - (whole[33 * FRAME + n] as number)), 0);
  };
  expect(wrong(true)).toBeLessThan(wrong(false));
});

test('any bytes are a payload: none throws, and all give two samples a byte', () => {
  const decoder = decoderOf('G722');
  const out = new Int16Array(3_200);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_600 }), (payload) => {
      expect(decoder.duration(payload)).toBe(payload.length);
      expect(decoder.decode(payload, out)).toBe(2 * payload.length);
    }),
  );
});
