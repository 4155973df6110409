import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { readPlatformConfig } from '../../src/cli/platform.ts';

test('what wants two people reaches the platform as its file says, and nothing that it does not know', () => {
  const folder = mkdtempSync(join(tmpdir(), 'two-people-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const read = (twoPeople: readonly string[]) => {
    const file = join(folder, 'platform.yaml');
    const keys = { platform: 'platform.key.json', pepper: 'pepper' };
    const orders = { county: { root: 'root.json', twoPeople } };
    const database = { kind: 'embedded', folder: 'database' };
    writeFileSync(file, stringify({ database, mqtt: { url: 'mqtt://127.0.0.1' }, keys, orders }));
    return readPlatformConfig(file).orders;
  };
  expect(read(['lockdown', 'keys'])).toEqual({
    county: { root: join(folder, 'root.json'), twoPeople: ['lockdown', 'keys'] },
  });
  expect(() => read(['lockdwn'])).toThrow(/twoPeople/);
});
