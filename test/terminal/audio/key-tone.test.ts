import { expect, test } from 'vitest';
import { DigitDetector } from '../../../src/terminal/audio/digit-detector.ts';
import { keyTone } from '../../../src/terminal/audio/dtmf.ts';
import { joined } from '../../../src/terminal/audio/frame.ts';

test('each key made is the key found, its edges are soft and it fits any level', () => {
  const detector = new DigitDetector();
  let found = '';
  for (const key of '0123456789*#ABCD') {
    const sound = joined([keyTone(key, 8_000, 100), new Int16Array(480)]);
    for (let at = 0; at < sound.length; at += 160) found += detector.detect(sound.subarray(at, at + 160)) ?? '';
    const loud = keyTone(key, 16_000, 100, { row: 0, column: 0 });
    expect(loud).toHaveLength(1_600);
    expect(Math.abs(loud[0] as number)).toBeLessThan(100);
    expect(Math.abs(loud.at(-1) as number)).toBeLessThan(100);
  }
  expect(found).toBe('0123456789*#ABCD');
});

test('what is no key is named', () => {
  for (const key of ['', 'E', '12', ' ']) {
    expect(() => keyTone(key, 8_000, 100)).toThrow(`no key ${JSON.stringify(key)}`);
  }
});
