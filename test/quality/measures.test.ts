import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { align } from './align.ts';
import { opinion } from './emodel.ts';
import { shifted, telephoneBand } from './filter.ts';
import { compare, type Measures } from './measures.ts';
import { uniform } from './random.ts';
import { FOLDER, loadSpeech } from './speech.ts';

const speech = existsSync(FOLDER) ? loadSpeech(7).samples : new Int16Array();
const FRAME = 160;
const sent = telephoneBand(speech);
const power = sent.reduce((sum, s) => sum + s * s, 0) / sent.length;

const measure = (heard: ArrayLike<number>): Measures => {
  const band = telephoneBand(heard);
  return compare(sent, align(sent, band, -800));
};
/** Noise in the telephone band whose power is that much below the mean of all, dB. */
function noisy(ratio: number): Float64Array {
  const noise = telephoneBand(Float64Array.from(speech, (_, n) => uniform(1, n, 9) - 0.5));
  const level = noise.reduce((sum, s) => sum + s * s, 0) / noise.length;
  const gain = Math.sqrt(power / level / 10 ** (ratio / 10));
  return Float64Array.from(speech, (s, n) => s + gain * (noise[n] as number));
}
const gained = (gain: number) => Float64Array.from(speech, (s) => gain * s);
const delayed = (by: number) => Float64Array.from({ length: speech.length + by }, (_, n) => speech[n - by] ?? 0);
/** Every `every`-th frame of 20 ms made silent, `run` of them in a row. */
const dropping = (every: number, run = 1) =>
  Float64Array.from(speech, (s, n) => (Math.floor(n / FRAME) % (every * run) < run ? 0 : s));

/** Part of the frames with speech, softer than the mean by 25 dB at most, that `dropping` drops. */
function speechAmong(every: number, run = 1): number {
  const speaking = Array.from({ length: speech.length / FRAME }, (_, n) => n).filter((n) => {
    const frame = sent.subarray(n * FRAME, (n + 1) * FRAME);
    return frame.reduce((sum, s) => sum + s * s, 0) / FRAME > power / 10 ** 2.5;
  });
  return speaking.filter((n) => n % (every * run) < run).length / speaking.length;
}

/** Worse, by each measure. */
function worse(worse: Measures, better: Measures): void {
  expect(worse.snr).toBeLessThan(better.snr - 0.05);
  expect(worse.lsd).toBeGreaterThan(better.lsd + 0.005);
}

describe.skipIf(speech.length === 0)('measures (asterisk-core-sounds-en-wav)', () => {
  test('what is heard as it was sent is perfect', () => {
    const { snr, lsd, loss } = measure(speech);
    expect(snr).toBeCloseTo(35, 5);
    expect(lsd).toBeCloseTo(0, 5);
    expect(loss).toBe(0);
  });

  test.each([1, 80, 1_234, 4_000])('so it is %d samples later, which alignment finds', (by) => {
    const band = telephoneBand(delayed(by));
    const alignment = align(sent, band, 0);
    expect(new Set(alignment.lags)).toEqual(new Set([by]));
    expect(compare(sent, alignment)).toMatchObject({ loss: 0, snr: expect.closeTo(35, 1) });
  });

  test('and a part of a sample later', () => {
    const { snr, loss } = measure(shifted(Float64Array.from(speech), 0.37));
    expect(snr).toBeGreaterThan(25);
    expect(loss).toBe(0);
  });

  test.each([5, 10, 20])('noise %d dB below each frame of the speech is found there', (ratio) => {
    const noise = noisy(0).map((s, n) => s - (speech[n] as number));
    const following = Float64Array.from(speech);
    for (let at = 0; at < speech.length; at += FRAME) {
      const [signal, level] = [sent, noise].map((of) => of.subarray(at, at + FRAME).reduce((sum, s) => sum + s * s, 0));
      const gain = Math.sqrt((signal ?? 0) / (level ?? 1) / 10 ** (ratio / 10));
      for (let n = at; n < at + FRAME; n++) following[n] = (speech[n] as number) + gain * (noise[n] as number);
    }
    expect(measure(following).snr).toBeCloseTo(ratio, -0.3);
  });

  test('the more noise the worse', () => {
    const ranks = [40, 30, 20, 10, 0].map((ratio) => measure(noisy(ratio)));
    for (let n = 1; n < ranks.length; n++) worse(ranks[n] as Measures, ranks[n - 1] as Measures);
  });

  test('a wrong gain is worse the more it is wrong, either way', () => {
    const right = measure(speech);
    const [by1, by6] = [measure(gained(10 ** (-1 / 20))), measure(gained(10 ** (-6 / 20)))];
    worse(by1, right);
    worse(by6, by1);
    expect(by6.snr).toBeCloseTo(-20 * Math.log10(1 - 10 ** (-6 / 20)), 0);
    worse(measure(gained(10 ** (3 / 20))), measure(gained(10 ** (1 / 20))));
  });

  test('dropped frames are counted, in their runs, and are worse the more they are', () => {
    const few = measure(dropping(50));
    const many = measure(dropping(10));
    const runs = measure(dropping(10, 3));
    worse(few, measure(speech));
    worse(many, few);
    expect(many.loss).toBeCloseTo(speechAmong(10), 1.5);
    expect(many.run).toBeCloseTo(1, 0.5);
    expect(runs.loss).toBeCloseTo(speechAmong(10, 3), 1.5);
    expect(runs.run).toBeGreaterThan(2);
  });

  test('a buffer that moves in a pause is forgiven, one that moves in speech is not, either way', () => {
    const at = 1.05 * 8_000;
    const moved = (from: number, by: number) =>
      Float64Array.from({ length: speech.length + by }, (_, n) => {
        if (n < from) return speech[n] ?? 0;
        return n < from + by ? 0 : (speech[n - by] ?? 0);
      });
    const pause = measure(moved(4_000, 480));
    expect(pause.snr).toBeGreaterThan(34.5);
    expect(pause.loss).toBe(0);
    // The loudest frame: speech, for sure.
    const loud = loudest();
    expect(loud).toBeGreaterThan(at);
    worse(measure(moved(loud, 480)), pause);
    const shortened = Float64Array.from({ length: speech.length - 480 }, (_, n) => speech[n < loud ? n : n + 480] ?? 0);
    worse(measure(shortened), pause);
    expect(measure(shortened).loss).toBeLessThan(0.03);
  });

  test('that nothing comes while the network stands still is held against nobody, what is put in besides is', () => {
    const standing = (ms: number) => {
      const from = loudest();
      const heard = new Float64Array(speech.length + 8 * ms);
      heard.set(speech.subarray(0, from));
      heard.set(speech.subarray(from), from + 8 * ms);
      const band = telephoneBand(heard);
      return compare(sent, align(sent, band, -800, 1_750), { still: 8_000 });
    };
    expect(standing(1_000).snr).toBeGreaterThan(34.5);
    worse(standing(1_100), standing(1_000));
    worse(standing(1_300), standing(1_100));
  });

  test('noise in the pauses is heard', () => {
    const crackling = Float64Array.from(speech, (s, n) => (n < 4_000 ? 2_000 * (uniform(3, n, 9) - 0.5) : s));
    expect(measure(crackling).lsd).toBeGreaterThan(measure(speech).lsd + 0.1);
  });
});

function loudest(): number {
  let best = 0;
  let most = 0;
  for (let at = 0; at + FRAME <= speech.length; at += FRAME) {
    const energy = speech.subarray(at, at + FRAME).reduce((sum, s) => sum + s * s, 0);
    if (energy <= most) continue;
    most = energy;
    best = at;
  }
  return best;
}

describe('opinion by the E-model', () => {
  const clean = { delay: 0, loss: 0, run: 0 };

  test('is 4.4 with no delay and no loss, and 1 at the other end', () => {
    expect(opinion(clean)).toBeCloseTo(4.41, 2);
    expect(opinion({ delay: 2_000, loss: 0.9, run: 10 })).toBe(1);
  });

  test('falls with delay, with loss, and with loss in bursts', () => {
    const falling = [
      [20, 100, 150, 250, 400, 800].map((delay) => opinion({ ...clean, delay })),
      [0, 0.01, 0.03, 0.1, 0.3].map((loss) => opinion({ ...clean, loss, run: 1 })),
      [1, 2, 4].map((run) => opinion({ ...clean, loss: 0.05, run })),
    ];
    for (const series of falling) expect(series).toEqual([...new Set(series)].sort((a, b) => b - a));
  });

  test('has the effective impairment of G.107 clause 7.5 for G.711 with concealment', () => {
    // 5% at random: Ie,eff = 95 · 5 / (5 + 25.1) = 15.8; R = 93.2 - 15.8 = 77.4 is 3.92 by annex B.
    expect(opinion({ ...clean, loss: 0.05, run: 1 / 0.95 })).toBeCloseTo(3.92, 2);
  });
});
