import { describe, expect, it } from 'vitest';
import type { Language, Millis, Money } from '../../../src/protocol/units.ts';
import { PROMPTS } from '../../../src/terminal/call/clip.ts';
import { duration, money, number, rate } from '../../../src/terminal/call/speech.ts';

const spoken = (clips: readonly string[]) => clips.join(' ');

describe('numbers', () => {
  it.each([
    [0, 'n0', 'n0'],
    [1, 'n1', 'n1-of'],
    [11, 'n11', 'n11'],
    [21, 'n21', 'n21-of'],
    [100, 'n100', 'n100'],
    [101, 'n100-and n1', 'n100-and n1-of'],
    [515, 'n500 n15', 'n500 n15'],
    [1_000, 'n1 thousand', 'thousand'],
    [1_001, 'n1 thousand n1', 'thousand n1-of'],
    [21_300, 'n21 thousand n300', 'n21-of thousand n300'],
    [999_999, 'n900 n99 thousand n900 n99', 'n900 n99 thousand n900 n99'],
    [5_000_000, 'n900 n99 thousand n900 n99', 'n900 n99 thousand n900 n99'],
  ])('%d, counting things', (n, en, es) => {
    expect(spoken(number(n, 'en', true))).toBe(en);
    expect(spoken(number(n, 'es', true))).toBe(es);
  });

  it('by themselves are whole in Spanish too', () => {
    expect(spoken(number(21, 'es'))).toBe('n21');
  });
});

describe('time', () => {
  it.each([
    [0, 'n0 seconds', 'n0 seconds'],
    [1_999, 'n1 second', 'n1-of second'],
    [60_000, 'n1 minute', 'n1-of minute'],
    [90_000, 'n1 minute and n30 seconds', 'n1-of minute and n30 seconds'],
    [1_260_000, 'n21 minutes', 'n21-of minutes'],
  ])('%d ms', (span, en, es) => {
    expect(spoken(duration(span as Millis, 'en'))).toBe(en);
    expect(spoken(duration(span as Millis, 'es'))).toBe(es);
  });
});

describe('money', () => {
  it.each([
    [0, 'n0 dollars'],
    [60_000, 'n6 cents'],
    [10_000, 'n1 cent'],
    [1_000_000, 'n1 dollar'],
    [1_010_000, 'n1 dollar and n1 cent'],
    [25_109_999, 'n25 dollars and n10 cents'],
  ])('%d, in whole cents', (amount, en) => {
    expect(spoken(money(amount as Money, 'en'))).toBe(en);
  });

  it.each([
    [60_000, 'n6 cents'],
    [65_000, 'n6 point n5 cents'],
    [62_500, 'n6 point n2 n5 cents'],
    [10_500, 'n1 point n0 n5 cents'],
    [1_000_001, 'n1 dollar and n1 cent'],
  ])('%d a minute, never less than is paid', (amount, en) => {
    expect(spoken(rate(amount as Money, 'en'))).toBe(en);
  });
});

it('every word put together has a recording', () => {
  const said = new Set<string>();
  for (const language of ['en', 'es'] satisfies Language[]) {
    for (let n = 0; n < 3_000; n += 1) {
      const clips = [
        ...number(n, language),
        ...number(n * 331, language, true),
        ...duration((n * 1_000) as Millis, language),
        ...rate((n * 7_919) as Money, language),
      ];
      for (const clip of clips) said.add(clip);
    }
  }
  for (const prompt of PROMPTS) said.delete(prompt);
  for (let n = 0; n < 100; n += 1) said.delete(`n${n}`);
  expect([...said]).toEqual([]);
});
