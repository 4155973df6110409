import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { nextSet } from '../../src/cli/keyset/change.ts';
import { Permits } from '../../src/cli/keyset/permits.ts';
import { readOrderKeys, readRequests } from '../../src/cli/keyset/reading.ts';
import { keysetCommand } from '../../src/cli/keyset.ts';
import { KeyRequest, verifyKeySet } from '../../src/protocol/key-set.ts';
import { RootPublicKey } from '../../src/protocol/keys.ts';
import { FacilityId, type Instant } from '../../src/protocol/units.ts';
import { ALL, setOf } from '../protocol/keys-of-county.ts';
import { orderKey, publicOf } from '../terminal/fleet/phone.ts';
import { command } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyset-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
/** What a command that is used rightly says. */
async function keyset(...args: string[]): Promise<string> {
  const { code, out, err } = await command(keysetCommand(), args);
  if (code !== 0) throw new Error(err);
  return out;
}
const county = FacilityId.parse('county');
const requestOf = async (kid: string, facility = 'county') =>
  KeyRequest.parse({ facility, key: publicOf(await orderKey(kid)), name: kid.toUpperCase(), may: ALL, by: 'clerk' });

it('a set is made off line, told in words before it is signed, and grows by itself', async () => {
  await keyset('root', at('root'));
  expect(statSync(at('root/root.key.json')).mode & 0o777).toBe(0o600);
  await expect(keyset('root', at('root'))).rejects.toThrow(/is there already: move it away first/);
  const known = RootPublicKey.parse(JSON.parse(readFileSync(at('root/root.json'), 'utf8')));
  const [alvarez, ortiz] = [await requestOf('j.alvarez'), await requestOf('ortiz')];
  writeFileSync(at('alvarez.json'), JSON.stringify(alvarez));
  writeFileSync(at('asked.json'), JSON.stringify([ortiz]));
  const sign = ['sign', '--root', at('root/root.key.json'), '--facility', 'county'];
  const dry = await keyset(...sign, '--add', at('alvarez.json'), '--dry-run', '-o', at('never'));
  expect(dry).toMatch(/j.alvarez \(J.ALVAREZ\) is new: may orders over the whole facility, commands over/);
  expect(dry).toMatch(/nothing was written/);
  expect(existsSync(at('never'))).toBe(false);
  await keyset(...sign, '--add', at('alvarez.json'), '-o', at('first'));
  const changes = ['--add', at('asked.json'), '--may', 'unit:B,hotlines', '--until', '2036-01-01T00:00Z'];
  const told = await keyset(...sign, '--from', at('first'), ...changes, '--remove', 'j.alvarez', '-o', at('second'));
  expect(told).toMatch(/j.alvarez \(J.ALVAREZ\) may order nothing any more/);
  expect(told).toMatch(
    /ortiz \(ORTIZ\) is new: may orders over unit B, commands over unit B, hotlines \(asked for: orders/,
  );
  const first = await verifyKeySet(readFileSync(at('first'), 'utf8'), known);
  const second = await verifyKeySet(readFileSync(at('second'), 'utf8'), known);
  expect(second.sequence).toBeGreaterThan(first.sequence);
  expect(second.keys).toMatchObject([{ key: ortiz.key, until: Date.UTC(2036, 0, 1) }]);
  expect(await keyset('show', at('second'), '--root', at('root/root.json'))).toMatch(/until 2036-01-01/);
  expect(await keyset('show', at('second'))).toMatch(/who signed it is not proven/);
  expect(readOrderKeys(at('second')).keys.keys).toEqual([ortiz.key]);
}, 120_000);

it('what a key may is read as people write it', () => {
  expect(Permits.parse('all')).toEqual(ALL);
  expect(Permits.parse('orders:unit/B, commands:terminal/B-1')).toEqual([
    { to: 'orders', over: { kind: 'unit', unit: 'B' } },
    { to: 'commands', over: { kind: 'terminal', terminal: 'B-1' } },
  ]);
  for (const wrong of ['', 'everything', 'unit:', 'orders:unit', 'hotlines:unit/B', 'unit:B C'])
    expect(Permits.safeParse(wrong).success, wrong).toBe(false);
});

it('what cannot be is said: a stranger taken out, another facility; a key that takes the place of another stands out', async () => {
  const before = setOf('county', 5, [[await orderKey('warden'), ALL]]);
  const now = 1_000 as Instant;
  const none = { add: [], may: null, until: null, remove: [] };
  await expect(nextSet(county, before, { ...none, remove: ['x'] }, now)).rejects.toThrow(
    '--remove x: is not in the set',
  );
  await expect(nextSet(FacilityId.parse('else'), before, none, now)).rejects.toThrow('is of facility county');
  const add = [await requestOf('warden')];
  const foreign = { ...none, add: [await requestOf('a', 'else')] };
  await expect(nextSet(county, before, foreign, now)).rejects.toThrow('a asks for facility else');
  const { set, lines } = await nextSet(county, before, { ...none, add }, now);
  expect(lines).toEqual([expect.stringMatching(/^warden \(WARDEN\) has ANOTHER KEY than before/)]);
  expect(set).toMatchObject({ sequence: 6, keys: [{ key: add[0]?.key }] });
  writeFileSync(at('asked'), JSON.stringify({ asked: [{ request: add[0] }] }));
  expect(readRequests(at('asked'))).toEqual(add);
});
