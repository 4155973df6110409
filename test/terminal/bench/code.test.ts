import { expect, it } from 'vitest';
import { Pin } from '../../../src/protocol/pin.ts';
import { Code, CodeCheck, CodeHash, hashCode } from '../../../src/terminal/bench/code.ts';

const pin = (digits: string) => new Pin(digits);

it('a hash knows its code, tells it to nobody, and is another each time', async () => {
  const [one, two] = [await hashCode('471147'), await hashCode('471147')];
  expect(one).not.toBe(two);
  expect(one).not.toContain('471147');
  expect(CodeHash.parse(one)).toBe(one);
  const check = new CodeCheck(one, () => 0);
  expect(await check.look(pin('471147'))).toBe('right');
  expect(await check.look(pin('471148'))).toBe('wrong');
  expect(await check.look(pin('4711470'))).toBe('wrong');
});

it('after ten wrong codes in an hour none is right, until the first of them is an hour old', async () => {
  let now = 0;
  const check = new CodeCheck(await hashCode('471147'), () => now);
  for (let n = 0; n < 10; n += 1) {
    now += 1_000;
    expect(await check.look(pin('000000'))).toBe('wrong');
  }
  expect(await check.look(pin('471147'))).toBe('locked');
  now = 3_600_000 + 1_000;
  expect(await check.look(pin('471147'))).toBe('right');
});

it('a code is long enough to be one', () => {
  expect(Code.safeParse('12345').success).toBe(false);
  expect(Code.safeParse('12345a').success).toBe(false);
  expect(Code.safeParse('123456').success).toBe(true);
});
