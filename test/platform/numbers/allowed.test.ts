import { expect, it } from 'vitest';
import { refusalOf } from '../../../src/platform/numbers/allowed.ts';

const plain = { overrides_block: false };
const over = { overrides_block: true };

it.each([
  // dialling, caller's list, blocks, allowed to all -> refusal
  ['open', null, [], null, null],
  ['listed', null, [], null, 'number-not-allowed'],
  ['listed', plain, [], null, null],
  ['listed', null, [], {}, null],
  ['open', null, ['facility'], null, 'number-blocked'],
  ['open', null, ['facility'], {}, 'number-blocked'],
  ['open', plain, ['security'], null, 'number-blocked'],
  ['open', over, ['security', 'facility', 'billing'], null, null],
  ['listed', over, ['billing'], null, null],
  ['open', over, ['called-party'], null, 'number-blocked'],
  ['listed', over, ['facility', 'called-party'], {}, 'number-blocked'],
] as const)('%s dialling, listed %o, blocks %o, allowed %o: %s', (dialling, listed, blocks, allowed, refusal) => {
  expect(refusalOf({ dialling, listed, blocks, allowed, learns: false })).toBe(refusal);
});

it('lets go what a list with room will learn, but for what is blocked', () => {
  const unlisted = { dialling: 'listed', listed: null, allowed: null, learns: true } as const;
  expect(refusalOf({ ...unlisted, blocks: [] })).toBeNull();
  expect(refusalOf({ ...unlisted, blocks: ['security'] })).toBe('number-blocked');
});
