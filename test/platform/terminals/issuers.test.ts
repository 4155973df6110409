import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { readIssuers } from '../../../src/platform/terminals/issuers.ts';
import { KeySets } from '../../../src/platform/terminals/key-sets.ts';
import { HotlineList } from '../../../src/protocol/messages.ts';
import { signHotlines } from '../../../src/protocol/signing.ts';
import { FacilityId } from '../../../src/protocol/units.ts';
import { orderKey, publicOf } from '../../terminal/fleet/phone.ts';
import { NO_FAULT } from '../world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tierphone-issuers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const county = FacilityId.parse('county');
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

it('what the signed lists of a facility let go is known, of the old list and the new; one that is not its own is named', async () => {
  const [warden, other] = [await orderKey('warden'), await orderKey('warden')];
  const keys = file('orders.json', JSON.stringify({ keys: [publicOf(warden)] }));
  const list = (to: string, facility = 'county') =>
    HotlineList.parse({
      ...{ facility, sequence: 1 },
      hotlines: [{ code: '*77', number: to, limit: 60_000, hidden: true, privileged: true }],
    });
  const before = file('before.jws', await signHotlines(list('+18005550177'), warden));
  const now = file('now.jws', `${await signHotlines(list('+18005550178'), warden)}\n`);
  const database = await openDatabase({ kind: 'embedded', folder: join(folder, 'db') }, NO_FAULT);
  const hotlines = async (files: object) => {
    // Fixed keys sign nothing.
    const given = { db: database.db, replies: null as never };
    const sets = new KeySets(given, await readIssuers({ [county]: { keys, ...files } }), pino({ level: 'silent' }));
    await sets.read();
    return sets.hotlines(county);
  };
  const known = await hotlines({ hotlines: [before, now] });
  expect(known?.map(({ number }) => number)).toEqual(['+18005550177', '+18005550178']);
  expect(await hotlines({})).toBeNull();
  await database.close();
  const wrong = {
    'not signed': file('nonsense', randomBytes(20)),
    'not that of its issuer': file('forged.jws', await signHotlines(list('+18005550177'), other)),
    'is not for facility county': file('elsewhere.jws', await signHotlines(list('+18005550177', 'else'), warden)),
  };
  for (const [why, name] of Object.entries(wrong))
    await expect(readIssuers({ [county]: { keys, hotlines: [before, name] } })).rejects.toThrow(
      new RegExp(`orders.county.hotlines: ${name}.*${why}`),
    );
});
