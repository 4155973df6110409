import { expect, test } from 'vitest';
import { decoderOf, encoderOf } from '../../../../src/terminal/telephony/media/codec/codec.ts';
import { JitterBuffer } from '../../../../src/terminal/telephony/media/jitter-buffer.ts';
import type { ItemKind } from '../../../../src/terminal/telephony/media/packet-queue.ts';
import { toneFrames } from '../../../signal.ts';
import { loudest } from './line.ts';

const encoder = encoderOf('PCMU');

/** A far end that sends what a test wants, in time, and what is heard of it. */
class Talk {
  readonly buffer = new JitterBuffer(() => undefined);
  readonly #decoder = decoderOf('PCMU');
  readonly #next = toneFrames(1_000, -10);
  #frame = 0;
  #sequence = 0;

  /** A packet of a kind, or nothing; 20 ms pass. Returns what is heard. */
  tick(kind: ItemKind | null, payload: Uint8Array = this.#tone()): Int16Array {
    if (kind) {
      const packet = { payloadType: 0, marker: false, ssrc: 1, sequence: this.#sequence, payload };
      this.buffer.put(kind, { ...packet, timestamp: 160 * this.#frame }, this.#decoder, 20 * this.#frame);
      this.#sequence += 1;
    }
    this.#frame += 1;
    const out = new Int16Array(320);
    this.buffer.take(out, 20 * this.#frame - 5);
    return out;
  }

  ticks(count: number, kind: ItemKind | null, payload?: () => Uint8Array): Int16Array {
    const frames = Array.from({ length: count }, () => this.tick(kind, payload?.()));
    return Int16Array.from(frames.flatMap((frame) => [...frame]));
  }

  #tone(): Uint8Array {
    const out = new Uint8Array(160);
    encoder.encode(
      this.#next().filter((_, n) => n % 2 === 0),
      out,
      0,
    );
    return out;
  }
}

/** 20 ms of noise of an RMS, in 16-bit scale. */
let state = 1;
function noise(rms: number): Uint8Array {
  const samples = Int16Array.from({ length: 160 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (rms * Math.sqrt(3) * state) / 2 ** 31;
  });
  const out = new Uint8Array(160);
  encoder.encode(samples, out, 0);
  return out;
}

const rms = (samples: Int16Array) => Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
const dB = (ratio: number) => 20 * Math.log10(ratio);

test('comfort noise is heard at its level until there is sound again, and is no loss (RFC 3389)', () => {
  const talk = new Talk();
  talk.ticks(50, 'sound');
  const before = talk.buffer.counts.concealed;
  talk.tick('noise', Uint8Array.of(50));
  talk.ticks(9, null);
  const heard = talk.ticks(40, null);
  // -50 dBov: a square wave of full scale is 0.
  expect(Math.abs(dB(rms(heard) / 32_768) + 50)).toBeLessThan(1.5);
  talk.ticks(6, 'sound');
  expect(talk.buffer.counts.concealed).toBe(before);
  expect(talk.buffer.counts.lost).toBe(0);
  expect(loudest(talk.ticks(10, 'sound'))).toBeGreaterThan(9_000);
});

test('comfort noise with a spectrum has its level too', () => {
  const talk = new Talk();
  talk.ticks(20, 'sound');
  // Two coefficients of a sound that falls off to the high end.
  talk.tick('noise', Uint8Array.of(45, 127 - 90, 127 + 30));
  talk.ticks(9, null);
  const heard = talk.ticks(80, null);
  expect(Math.abs(dB(rms(heard) / 32_768) + 45)).toBeLessThan(2.5);
  const change = heard.slice(1).map((sample, n) => sample - (heard[n] as number));
  expect(rms(change)).toBeLessThan(rms(heard));
});

test('a far end that sends nothing while nobody talks is not made up for, but goes on as its background was', () => {
  const talk = new Talk();
  talk.ticks(25, 'sound', () => noise(80));
  talk.ticks(25, 'sound');
  talk.ticks(25, 'sound', () => noise(80));
  talk.ticks(10, null);
  expect(Math.abs(dB(rms(talk.ticks(50, null)) / 80))).toBeLessThan(2);
});

test('after digital silence there is nothing at all, nor after one loud tone of which no background is known', () => {
  for (const level of [0, 8_000]) {
    const talk = new Talk();
    talk.ticks(50, 'sound', () => noise(level));
    talk.ticks(10, null);
    expect(loudest(talk.ticks(50, null))).toBe(0);
  }
});

test('a pause changes the delay unheard: none of the sound after it is lost, though it comes 60 ms later than before', () => {
  const talk = new Talk();
  talk.ticks(50, 'sound');
  talk.tick('noise', Uint8Array.of(70));
  const { lost } = talk.buffer.counts;
  talk.ticks(10, null);
  const heard = talk.ticks(40, 'sound');
  expect(talk.buffer.counts.lost).toBe(lost);
  const loud = Array.from({ length: 40 }, (_, n) => loudest(heard.subarray(320 * n, 320 * n + 320)) > 8_000);
  const first = loud.indexOf(true);
  expect(first).toBeLessThan(5);
  expect(loud.slice(first).every(Boolean)).toBe(true);
});

test('an event in place of sound is a pause, and its end said again is none', () => {
  const talk = new Talk();
  talk.ticks(50, 'sound');
  const { concealed } = talk.buffer.counts;
  talk.tick('pause', new Uint8Array(4));
  talk.ticks(4, null);
  expect(loudest(talk.ticks(2, null))).toBe(0);
  const heard = talk.ticks(20, 'sound');
  expect(talk.buffer.counts.concealed - concealed).toBeLessThanOrEqual(320);
  expect(loudest(heard.subarray(-3_200))).toBeGreaterThan(9_000);
});
