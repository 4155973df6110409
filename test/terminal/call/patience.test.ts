import { expect, test } from 'vitest';
import { patient } from '../../../src/terminal/call/patience.ts';
import { CallRules } from '../../../src/terminal/call/settings.ts';

test('people at a text telephone have three times as long to key, to accept and to talk; machines do not', () => {
  const rules = CallRules.parse({});
  const { stall, interDigit, accept, limit, ...rest } = patient(rules);
  expect({ stall, interDigit, accept, limit }).toEqual({
    stall: 30_000,
    interDigit: 12_000,
    accept: 180_000,
    limit: 2_700_000,
  });
  expect(rest).toEqual(Object.fromEntries(Object.keys(rest).map((key) => [key, rules[key as keyof CallRules]])));
});
