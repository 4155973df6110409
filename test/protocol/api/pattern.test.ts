import { expect, it } from 'vitest';
import { Pattern } from '../../../src/protocol/api/pattern.ts';

it.each([
  ['+12025550123', '+12025550123'],
  ['202-555-0123', '+12025550123'],
  ['(202) 555-0123', '+12025550123'],
  ['900-???-????', '+1900_______'],
  ['+53*', '+53%'],
  ['+1202555????', '+1202555____'],
])('%s is kept as %s', (written, kept) => {
  expect(Pattern.parse(written)).toBe(kept);
});

it.each(['', '*', '+', '555-0123', 'abc', '+1%', '+1_2', '900-???-???', '+0123'])(
  '%s is refused by name',
  (written) => {
    const { error } = Pattern.safeParse(written);
    expect(error?.issues[0]?.message).toContain(JSON.stringify(written));
  },
);
