import { expect, test } from 'vitest';
import {
  authorityOf,
  believeCommand,
  believeHotlines,
  believeOrder,
  fixedAuthority,
  NOBODY,
} from '../../src/protocol/authority.ts';
import { CommandOrder } from '../../src/protocol/command.ts';
import {
  KeySet,
  type Reach,
  Revocations,
  SIGNED_AT_MOST,
  signKeySet,
  signRevocations,
  verifyKeySet,
  verifyRevocations,
} from '../../src/protocol/key-set.ts';
import { LockdownOrder, LockdownScope, lockdownName } from '../../src/protocol/lockdown.ts';
import { HotlineList } from '../../src/protocol/messages.ts';
import { signCommand, signHotlines, signOrder } from '../../src/protocol/signing.ts';
import { TerminalId, UnitId } from '../../src/protocol/units.ts';
import { makePlatformKeys } from '../platform-keys.ts';
import { orderKey } from '../terminal/fleet/phone.ts';
import { ALL, rootKey, setOf, thumbprintOf, WHOLE } from './keys-of-county.ts';

const NONE = new Set<string>();
const unitA = UnitId.parse('A');
const unitOf = (terminal: TerminalId) => (terminal === 'A-1' ? unitA : null);
const SCOPES = {
  whole: { kind: 'facility', facility: 'county' },
  unit: { kind: 'unit', facility: 'county', unit: 'A' },
  other: { kind: 'unit', facility: 'county', unit: 'B' },
  phone: { kind: 'terminal', facility: 'county', terminal: 'A-1' },
  elsewhere: { kind: 'terminal', facility: 'county', terminal: 'B-1' },
} as const;
const order = (scope: LockdownScope, since = 1_000) =>
  LockdownOrder.parse({
    ...{ scope, state: 'open', mode: 'drain', reason: 'over', issuer: 'warden', sequence: 1, since, until: null },
  });
const command = (terminal: string, at = 1_000) =>
  CommandOrder.parse({
    ...{ facility: 'county', terminal, command: { type: 'doctor' }, issuer: 'warden', sequence: 1, at, exp: at + 1 },
  });

test('a set is believed when the site root signed it, and revocations when the platform did', async () => {
  const { root, known } = await rootKey();
  const warden = await orderKey('warden');
  const set = setOf('county', 3, [[warden, ALL]]);
  expect(await verifyKeySet(await signKeySet(set, root), known)).toEqual(set);
  const other = await rootKey();
  await expect(verifyKeySet(await signKeySet(set, root), other.known)).rejects.toThrow('by another key than the root');
  await expect(verifyKeySet(await signKeySet(set, { ...other.root, kid: known.kid }), known)).rejects.toThrow(
    'not that of its issuer',
  );
  const { own, known: platform } = await makePlatformKeys();
  const list = Revocations.parse({
    ...{ facility: 'county', sequence: 1, revoked: [{ thumbprint: await thumbprintOf(warden), at: 5 }] },
  });
  const signed = await signRevocations(list, own.replies);
  expect(await verifyRevocations(signed, platform.replies)).toEqual(list);
  await expect(verifyRevocations(signed, (await makePlatformKeys()).known.replies)).rejects.toThrow('nobody who is');
  await expect(verifyKeySet(signed, { ...known, ...platform.replies[0] })).rejects.toThrow('the type must be');
});

test('a set has each issuer and each key once, and no more than phones read', async () => {
  const warden = await orderKey('warden');
  const { root } = await rootKey();
  const twice = (second: typeof warden) => () => setOf('county', 1, [[warden, ALL], [second, ALL]]); // biome-ignore format: one line
  expect(twice({ ...(await orderKey('warden')) })).toThrow('two keys are of one issuer');
  expect(twice({ ...warden, kid: 'deputy' })).toThrow('one key is there twice');
  const officers = await Promise.all(Array.from({ length: 256 }, (_, n) => orderKey(`officer-${n}`)));
  const set = setOf(
    'county',
    1,
    officers.map((key) => [key, [{ to: 'orders', over: WHOLE }]]),
  );
  const fits = KeySet.parse({ ...set, keys: set.keys.slice(0, 220) });
  expect((await signKeySet(fits, root)).length).toBeLessThanOrEqual(SIGNED_AT_MOST);
  await expect(signKeySet(set, root)).rejects.toThrow('65536 at most: leave keys out');
});

const CASES: readonly [Reach, readonly (keyof typeof SCOPES)[]][] = [
  [WHOLE, ['whole', 'unit', 'other', 'phone', 'elsewhere']],
  [{ kind: 'unit', unit: unitA }, ['unit', 'phone']],
  [{ kind: 'terminal', terminal: TerminalId.parse('A-1') }, ['phone']],
];

test.each(CASES)('a key over %j orders and commands what lies in it, and nothing else', async (over, within) => {
  const warden = await orderKey('warden');
  const authority = await authorityOf(setOf('county', 1, [[warden, [{ to: 'orders', over }]]]), NONE);
  for (const [name, raw] of Object.entries(SCOPES)) {
    const scope = LockdownScope.parse(raw);
    const believed = believeOrder(await signOrder(order(scope), warden), authority, unitOf);
    if ((within as string[]).includes(name)) expect((await believed).order.scope).toEqual(scope);
    else await expect(believed).rejects.toThrow(`the key of warden may not order ${lockdownName(scope)}`);
  }
  const commands = await authorityOf(setOf('county', 1, [[warden, [{ to: 'commands', over }]]]), NONE);
  const given = await signCommand(command('A-1'), warden);
  expect((await believeCommand(given, commands, unitOf)).terminal).toBe('A-1');
  await expect(believeCommand(given, authority, unitOf)).rejects.toThrow(
    'may not give commands to terminal:county/A-1',
  );
  const elsewhere = believeCommand(await signCommand(command('B-1'), warden), commands, unitOf);
  if (over.kind === 'facility') await elsewhere;
  else await expect(elsewhere).rejects.toThrow('may not give commands');
});

test('what is signed after the time of a key, with a revoked key or one of no set does not count', async () => {
  const [warden, scope] = [await orderKey('warden'), LockdownScope.parse(SCOPES.whole)];
  const set = setOf('county', 1, [[warden, ALL, 2_000]]);
  const authority = await authorityOf(set, NONE);
  const old = await signOrder(order(scope, 2_000), warden);
  expect((await believeOrder(old, authority, unitOf)).keyUntil).toBe(2_000);
  await expect(believeOrder(await signOrder(order(scope, 2_001), warden), authority, unitOf)).rejects.toThrow(
    'given after the time of the key of warden was up',
  );
  const late = await signCommand(command('A-1', 2_001), warden);
  await expect(believeCommand(late, authority, unitOf)).rejects.toThrow('the time of the key of warden was up');
  const revoked = await authorityOf(set, new Set([await thumbprintOf(warden)]));
  await expect(believeOrder(old, revoked, unitOf)).rejects.toThrow('the key of warden is revoked');
  expect((await believeOrder(old, fixedAuthority(authority.keys), unitOf)).keyUntil).toBeNull();
  await expect(believeOrder(old, NOBODY, unitOf)).rejects.toThrow('nobody whose orders are obeyed here');
});

test('a list of hotlines wants a key that may sign one, and outlives it', async () => {
  const warden = await orderKey('warden');
  const list = HotlineList.parse({ facility: 'county', sequence: 1, hotlines: [] });
  const signed = await signHotlines(list, warden);
  const may = (permits: typeof ALL) => authorityOf(setOf('county', 1, [[warden, permits, 1]]), NONE);
  expect(await believeHotlines(signed, await may([{ to: 'hotlines' }]))).toEqual(list);
  await expect(believeHotlines(signed, await may([{ to: 'orders', over: WHOLE }]))).rejects.toThrow(
    'the key of warden may not sign hotlines',
  );
});
