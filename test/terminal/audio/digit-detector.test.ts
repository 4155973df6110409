import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mulaw } from 'alawmulaw';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { DigitDetector } from '../../../src/terminal/audio/digit-detector.ts';
import { Decimator } from '../../../src/terminal/audio/resample.ts';
import { parseWav } from '../../../src/terminal/audio/wav.ts';
import { dtmf, type Press } from './dtmf.ts';

const KEYS = '0123456789*#ABCD';

/** What is found in `samples` after G.711, in frames of 20 ms as they come from the line. */
function found(samples: Int16Array): string {
  const line = mulaw.decode(mulaw.encode(samples));
  const detector = new DigitDetector();
  let digits = '';
  const whole = new Int16Array(Math.ceil(line.length / 160) * 160 + 800);
  whole.set(line);
  for (let at = 0; at < whole.length; at += 160) digits += detector.detect(whole.subarray(at, at + 160)) ?? '';
  return digits;
}

const key = fc.constantFrom(...KEYS);
const lead = fc.integer({ min: 0, max: 60 });

test('every key is found once at the limits of ITU-T Q.24: 40 ms, 1.5% off, -25 dBm0, twist of 4 and 8 dB', () => {
  const press = fc.record({
    key,
    on: fc.integer({ min: 40, max: 300 }),
    off: fc.integer({ min: 40, max: 100 }),
    level: fc.integer({ min: -25, max: -3 }),
    twist: fc.integer({ min: -8, max: 4 }),
    offset: fc.double({ min: -0.015, max: 0.015, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(press, { minLength: 1, maxLength: 5 }), lead, (presses, ms) => {
      const sounded = presses.map(({ level, twist, ...rest }): Press => {
        const lower = Math.max(-25, level - Math.abs(twist));
        const upper = lower + Math.abs(twist);
        return { ...rest, row: twist > 0 ? lower : upper, column: twist > 0 ? upper : lower };
      });
      expect(found(dtmf(sounded, 8_000, ms))).toBe(presses.map((p) => p.key).join(''));
    }),
    { numRuns: 300 },
  );
});

test('under 23 ms is no press', () => {
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 22 }), lead, (k, on, ms) => {
      expect(found(dtmf([{ key: k, on, off: 50 }], 8_000, ms))).toBe('');
    }),
    { numRuns: 200 },
  );
});

test('an interruption of 10 ms does not make two of one press', () => {
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 10 }), lead, (k, off, ms) => {
      expect(
        found(
          dtmf(
            [
              { key: k, on: 60, off },
              { key: k, on: 60, off: 50 },
            ],
            8_000,
            ms,
          ),
        ),
      ).toBe(k);
    }),
    { numRuns: 200 },
  );
});

test('either frequency 3.5% off is no press, and both 1.5% off are one', () => {
  const way = fc.constantFrom(-1, 1);
  fc.assert(
    fc.property(key, way, way, fc.constantFrom('row', 'column', 'both'), lead, (k, row, column, which, ms) => {
      const sound = (part: { row: number; column: number }) =>
        dtmf([{ key: k, on: 100, off: 60, offset: { row: row * part.row, column: column * part.column } }], 8_000, ms);
      expect(found(sound({ row: which === 'column' ? 0 : 0.035, column: which === 'row' ? 0 : 0.035 }))).toBe('');
      expect(found(sound({ row: which === 'column' ? 0 : 0.015, column: which === 'row' ? 0 : 0.015 }))).toBe(k);
    }),
    { numRuns: 200 },
  );
});

test('one frequency 15 dB below the other, or -45 dBm0, is no press', () => {
  for (const k of KEYS) {
    expect(found(dtmf([{ key: k, on: 100, off: 50, row: -5, column: -20 }], 8_000))).toBe('');
    expect(found(dtmf([{ key: k, on: 100, off: 50, row: -20, column: -5 }], 8_000))).toBe('');
    expect(found(dtmf([{ key: k, on: 100, off: 50, row: -45, column: -45 }], 8_000))).toBe('');
  }
});

test('a long press that fades is one press', () => {
  for (const k of KEYS) {
    const press = dtmf([{ key: k, on: 2_000, off: 60, row: -6, column: -6 }], 8_000);
    expect(found(press.map((sample, n) => sample * 10 ** (-n / 16_000)))).toBe(k);
  }
});

test('frames of any length that is a multiple of 10 ms give the same', () => {
  const sound = dtmf(
    [...KEYS].map((k) => ({ key: k, on: 50, off: 50 })),
    8_000,
    7,
  );
  for (const frame of [80, 160, 320, 480]) {
    const detector = new DigitDetector();
    let digits = '';
    for (let at = 0; at + frame <= sound.length; at += frame)
      digits += detector.detect(sound.subarray(at, at + frame)) ?? '';
    expect(digits).toBe(KEYS);
  }
});

test('noise 15 dB below the digits does not hide them', () => {
  const samples = dtmf(
    [...KEYS].map((k) => ({ key: k, on: 60, off: 60 })),
    8_000,
    13,
  );
  let seed = 7;
  const noise = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 1_073_741_824 - 1;
  };
  const rms = 32_768 * 10 ** ((-10 - 3.17) / 20);
  const noisy = samples.map((sample) => sample + noise() * rms * Math.sqrt(3) * 10 ** (-15 / 20));
  expect(found(noisy)).toBe(KEYS);
});

test('speech is no press: no prompt of ours holds a digit', () => {
  const folder = join(packageRoot(), 'src/terminal/audio/prompts');
  let seconds = 0;
  for (const language of ['en', 'es']) {
    for (const file of readdirSync(join(folder, language))) {
      const wide = parseWav(readFileSync(join(folder, language, file)));
      const even = wide.subarray(0, wide.length - (wide.length % 2));
      const narrow = new Int16Array(even.length / 2);
      new Decimator(2, even.length).run(even, narrow);
      expect(found(narrow), `${language}/${file}`).toBe('');
      seconds += narrow.length / 8_000;
    }
  }
  expect(seconds).toBeGreaterThan(60);
});
