import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { PlatformConfig } from '../../src/platform/config.ts';
import { readKeys } from '../../src/platform/keys.ts';
import { makeAuthority } from '../../src/platform/terminals/certificates/authority.ts';
import type { Instant } from '../../src/protocol/units.ts';
import { makePlatformKeys } from '../platform-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'tierphone-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

it('reads keys, and names the one that is missing or wrong without telling what is in it', async () => {
  const keys = await makePlatformKeys();
  const platform = file('platform', keys.file);
  const pepper = file('pepper', Buffer.alloc(32, 7));
  expect(await readKeys({ platform, pepper })).toMatchObject({ pepper: Buffer.alloc(32, 7), voiceprints: null });
  const { voiceprints } = await readKeys({ platform, pepper, voiceprints: file('voiceprints', Buffer.alloc(43, 8)) });
  expect(voiceprints).toMatchObject({ type: 'secret', symmetricKeySize: 32 });
  await expect(readKeys({ platform, pepper, voiceprints: file('short', 'secret') })).rejects.toThrow(
    `keys.voiceprints: ${join(folder, 'short')} has 6 bytes, at least 32`,
  );
  const { key, certificate } = await makeAuthority('pine-river', Date.now() as Instant);
  const ca = file('ca', key + certificate);
  expect(await readKeys({ platform, pepper, ca })).toMatchObject({ authority: { key: expect.anything() } });
  await expect(readKeys({ platform, pepper, ca: file('half', certificate) })).rejects.toThrow(
    `keys.ca: ${join(folder, 'half')}: no private key (Ed25519, PKCS #8) is in it: make it anew`,
  );
  await expect(readKeys({ platform, pepper: join(folder, 'none') })).rejects.toThrow(
    `keys.pepper: ${join(folder, 'none')}`,
  );
  await expect(readKeys({ platform, pepper: file('short', 'secret') })).rejects.toThrow('has 6 bytes, at least 32');
  const { sealing, replies } = keys.known;
  const open = file('public', JSON.stringify({ keys: [sealing, ...replies] }));
  await expect(readKeys({ platform: open, pepper })).rejects.toThrow("has not the platform's private keys");
  const half = file('half', JSON.stringify({ keys: [keys.own.sealing, keys.own.sealing] }));
  await expect(readKeys({ platform: half, pepper })).rejects.toThrow('keys.platform');
  await expect(readKeys({ platform: pepper, pepper })).rejects.toThrow('keys.platform');
});

it('has a default for all that need not be said, and refuses what it does not know', () => {
  const least = {
    database: { kind: 'embedded', folder: 'db' },
    mqtt: { url: 'mqtt://127.0.0.1' },
    keys: { platform: 's', pepper: 'p' },
  };
  expect(PlatformConfig.parse(least)).toMatchObject({
    credit: { chunk: 300_000, validity: 300_000 },
    lockout: { pin: { tries: 3 }, first: 60_000, longest: 3_600_000 },
    log: 'info',
  });
  const wrong = (more: object) => JSON.stringify(PlatformConfig.safeParse({ ...least, ...more }).error?.issues);
  expect(wrong({ databse: 1 })).toContain('databse');
  expect(wrong({ database: { kind: 'postgres', url: 'mysql://x' } })).toContain('a PostgreSQL address is wanted');
  expect(wrong({ mqtt: { url: 'http://x' } })).toContain('a broker address is wanted');
  expect(wrong({ http: { port: 1, token: 'of-a-version-before' } })).toContain('take the line out');
  expect(wrong({ credit: { chunk: '5 minutes' } })).toContain('a duration is wanted');
});
