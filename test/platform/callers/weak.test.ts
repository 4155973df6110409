import { expect, it } from 'vitest';
import { weakness } from '../../../src/platform/callers/weak.ts';

it.each([
  ...['1234', '4321', '7890', '8901', '9876', '0987', '0123', '123456', '876543'],
  ...['0000', '7777', '1212', '6969', '123123', '373737', '11111111'],
  ...['1985', '2004', '1900', '070485', '310785', '850704', '04071985', '19850407'],
  ...['2580', '0852', '1122', '1004'],
])('%s would be guessed', (passcode) => {
  expect(weakness(passcode, ['5150'])).not.toBeNull();
});

it.each([
  ['4718', '4718'],
  ['4718', '8174'],
  ['4718', '1004718'],
  ['471862', '4718'],
])('%s would be guessed of who has the id %s', (passcode, id) => {
  expect(weakness(passcode, [id])).toMatch('id');
});

it.each(['4718', '9305', '7352', '6610', '2591', '471862', '90316847'])('%s is as good as any', (passcode) => {
  expect(weakness(passcode, ['5150', ''])).toBeNull();
});

it('leaves most passcodes of four digits, and of six', () => {
  for (const length of [4, 6]) {
    const all = 10 ** length;
    let left = 0;
    for (let i = 0; i < all; i++) if (weakness(String(i).padStart(length, '0'), ['5150']) === null) left++;
    expect(left / all).toBeGreaterThan(0.85);
  }
});
