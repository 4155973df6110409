import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BYTES, packFrame, unpackFrame } from '../../../sim/page/sound.ts';
import { Downsampler } from '../../../sim/page/web/sound/downsampler.ts';
import { ElasticBuffer } from '../../../sim/page/web/sound/elastic-buffer.ts';

const FRAME = 320;
const LOUD = 0.5;

/** The `n`th frame of a sine. */
function sine(frequency: number, n: number): Int16Array {
  const frame = new Int16Array(FRAME);
  for (let i = 0; i < FRAME; i++) {
    frame[i] = Math.round(LOUD * 32_767 * Math.sin((2 * Math.PI * frequency * (n * FRAME + i)) / 16_000));
  }
  return frame;
}

/** Level of `frequency` in `samples` against a sine of full scale, dB (one bin of a Fourier transform, Hann window). */
function levelAt(samples: ArrayLike<number>, frequency: number, rate: number): number {
  let re = 0;
  let im = 0;
  for (let i = 0; i < samples.length; i++) {
    const window = 1 - Math.cos((2 * Math.PI * i) / samples.length);
    re += (samples[i] ?? 0) * window * Math.cos((2 * Math.PI * frequency * i) / rate);
    im += (samples[i] ?? 0) * window * Math.sin((2 * Math.PI * frequency * i) / rate);
  }
  return 20 * Math.log10((2 * Math.hypot(re, im)) / samples.length);
}

/** The largest step between neighbours: a click shows here. */
const roughest = (samples: Float32Array): number =>
  samples.reduce((most, s, i) => Math.max(most, i === 0 ? 0 : Math.abs(s - (samples[i - 1] ?? 0))), 0);

/**
 * Plays `seconds` of a tone through a buffer: a frame comes when `arrives(n)` says (ms), a quantum of 128 samples leaves by
 * a clock that runs `drift` times as fast as it should.
 */
function play(options: { seconds: number; rate: number; drift?: number; arrives?: (n: number) => number }) {
  const { seconds, rate, drift = 1, arrives = (n) => n * 20 } = options;
  const buffer = new ElasticBuffer(rate);
  const out = new Float32Array(Math.floor((seconds * rate) / 128) * 128);
  const quantum = new Float32Array(128);
  let next = 0;
  for (let at = 0; at < out.length; at += 128) {
    const now = (at * 1_000) / rate / drift;
    for (; arrives(next) <= now; next++) buffer.push(sine(440, next));
    buffer.pull(quantum);
    out.set(quantum, at);
  }
  return { out, stats: buffer.stats() };
}

describe('a frame on the wire', () => {
  it('comes out as it went in, whatever is in it', () => {
    fc.assert(
      fc.property(fc.int16Array({ minLength: FRAME, maxLength: FRAME }), (frame) => {
        expect(unpackFrame(packFrame('callee', frame))).toEqual({ channel: 'callee', frame });
      }),
    );
  });

  it('is nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
        const found = unpackFrame(bytes);
        expect(found === null || (bytes.length === FRAME_BYTES && (bytes[0] ?? 9) < 3)).toBe(true);
      }),
    );
  });
});

describe('the buffer before the ear', () => {
  it('passes sound on sample for sample at 16 kHz, 60 ms late', () => {
    const { out, stats } = play({ seconds: 2, rate: 16_000 });
    const start = out.findIndex((s) => s !== 0);
    expect(start / 16).toBeLessThan(90);
    const sent = new Float32Array(out.length);
    for (let n = 0; n * FRAME < sent.length; n++) {
      sent.set(Float32Array.from(sine(440, n), (s) => s / 32_768).subarray(0, sent.length - n * FRAME), n * FRAME);
    }
    const shift = [...Array(2_000).keys()].find(
      (k) =>
        Math.abs((out[8_000] ?? 0) - (sent[8_000 - k] ?? 9)) < 1e-7 &&
        Math.abs((out[8_001] ?? 0) - (sent[8_001 - k] ?? 9)) < 1e-7,
    );
    expect(shift).toBeDefined();
    for (let i = 4_000; i < 30_000; i++) expect(out[i]).toBe(sent[i - (shift ?? 0)]);
    expect(stats).toMatchObject({ underruns: 0, skipped: 0 });
  });

  it.each([44_100, 48_000])('resamples to %i Hz', (rate) => {
    const { out, stats } = play({ seconds: 2, rate });
    const steady = out.subarray(rate);
    expect(levelAt(steady, 440, rate)).toBeCloseTo(20 * Math.log10(LOUD), 1);
    expect(levelAt(steady, 16_000 - 440, rate)).toBeLessThan(-70);
    expect(stats.underruns).toBe(0);
  });

  it.each([0.9985, 1.0015])('follows a sound card whose clock is %f of the true one for ten minutes', (drift) => {
    const { out, stats } = play({ seconds: 600, rate: 16_000, drift });
    expect(stats).toMatchObject({ underruns: 0, skipped: 0 });
    expect(stats.fill).toBeLessThan(120);
    expect(roughest(out.subarray(16_000))).toBeLessThan(0.1);
  });

  it('fades rather than clicks when frames fail to come, and holds more afterwards', () => {
    const { out, stats } = play({ seconds: 4, rate: 16_000, arrives: (n) => (n < 100 ? n * 20 : n * 20 + 300) });
    expect(stats.underruns).toBe(1);
    expect(stats.target).toBe(80);
    // A step of this sine is at most 0.087.
    expect(roughest(out)).toBeLessThan(0.1);
    expect(levelAt(out.subarray(48_000), 440, 16_000)).toBeCloseTo(20 * Math.log10(LOUD), 0);
  });

  it('is soon on time again after a burst, and never holds more than a quarter of a second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 50, maxLength: 150 }), (late) => {
        // Frames keep their order: one that is late holds up those behind it.
        let last = 0;
        const times = late.map((ms, n) => {
          last = Math.max(last, n * 20 + ms);
          return last;
        });
        const { out, stats } = play({
          seconds: late.length / 50 + 2,
          rate: 16_000,
          arrives: (n) => times[n] ?? n * 20 + 400,
        });
        expect(stats.fill).toBeLessThan(240 + 120 + 20);
        expect(out.every((s) => Math.abs(s) <= LOUD + 0.01)).toBe(true);
        expect(roughest(out)).toBeLessThan(0.2);
      }),
      { numRuns: 50 },
    );
  });

  it('is silent before the first frame', () => {
    const out = new Float32Array(128).fill(1);
    new ElasticBuffer(16_000).pull(out);
    expect(out.every((s) => s === 0)).toBe(true);
  });
});

describe('the microphone on its way to 16 kHz', () => {
  function take(rate: number, frequency: number): Int16Array {
    const downsampler = new Downsampler(rate);
    const frames: number[] = [];
    const block = new Float32Array(128);
    for (let at = 0; at < rate; at += 128) {
      for (let i = 0; i < 128; i++) block[i] = LOUD * Math.sin((2 * Math.PI * frequency * (at + i)) / rate);
      downsampler.push(block, (frame) => frames.push(...frame));
    }
    return Int16Array.from(frames);
  }

  it.each([16_000, 44_100, 48_000, 96_000])('keeps a voice from %i Hz', (rate) => {
    for (const frequency of [200, 1_000, 3_400, 6_000]) {
      const heard = Float32Array.from(take(rate, frequency), (s) => s / 32_768);
      expect(heard.length).toBeGreaterThan(15_000);
      expect(levelAt(heard, frequency, 16_000)).toBeCloseTo(20 * Math.log10(LOUD), 0);
    }
  });

  it.each([44_100, 48_000])('lets nothing above 8 kHz fold back from %i Hz', (rate) => {
    for (const frequency of [9_500, 12_000, 15_000]) {
      const heard = Float32Array.from(take(rate, frequency), (s) => s / 32_768).subarray(800);
      expect(levelAt(heard, Math.abs(16_000 - frequency), 16_000)).toBeLessThan(-45);
    }
  });
});
