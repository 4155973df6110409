import { expect, it } from 'vitest';
import { numberDialled } from '../../src/protocol/dial-plan.ts';

it.each([
  ['2025550123', '+12025550123'],
  ['12025550123', '+12025550123'],
  ['011525512345678', '+525512345678'],
  ['01144201234567', '+44201234567'],
  ['911', null],
  ['411', null],
  ['0', null],
  ['1911', null],
  ['9115550123', null],
  ['2029110123', null],
  ['1012025550123', null],
  ['22025550123', null],
  ['0112025550123', '+2025550123'],
  ['20255501234', null],
  ['0119999999999999999', null],
])('%s means %s', (dialled, number) => {
  expect(numberDialled(dialled)).toBe(number);
});
