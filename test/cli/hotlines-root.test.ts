import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readTerminalSetup } from '../../src/cli/setup.ts';
import { HotlineList } from '../../src/protocol/messages.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { signHotlines } from '../../src/protocol/signing.ts';
import { makePlatformKeys } from '../platform-keys.ts';
import { rootKey } from '../protocol/keys-of-county.ts';
import { orderKey } from '../terminal/fleet/phone.ts';

const folder = mkdtempSync(join(tmpdir(), 'hotlines-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return name;
};

it('where the site has a root key it signs hotlines too, and a list by nobody stops no phone; fixed keys beside it are refused', async () => {
  const { root, known } = await rootKey();
  const { known: platform } = await makePlatformKeys();
  const list = HotlineList.parse({
    ...{ facility: 'county', sequence: 1 },
    hotlines: [{ code: '*77', number: '+18005550177', limit: 60_000, hidden: true, privileged: true }],
  });
  const board = join(packageRoot(), 'board/raspberry-pi-4-gpio.json');
  const keys = {
    root: file('root.json', JSON.stringify(known)),
    platform: file('platform.json', JSON.stringify({ keys: [platform.sealing, ...platform.replies] })),
  };
  const written = (change: object) => {
    const config = {
      ...{ facility: 'county', unit: 'A', terminal: 'A-1', board, data: 'data' },
      sip: { trunks: [{ name: 'a', domain: 'x', server: { host: '127.0.0.1' }, user: 'u' }] },
      ...{ mqtt: { url: 'mqtt://127.0.0.1:1883' }, keys, hotlines: 'list.jws', ...change },
    };
    return join(folder, file('terminal.yaml', stringify(config)));
  };
  file('list.jws', await signHotlines(list, root));
  const setup = await readTerminalSetup(written({}));
  expect(setup).toMatchObject({ trusted: { root: known }, hotlines: list.hotlines, distrust: null });
  file('list.jws', await signHotlines(list, await orderKey('warden')));
  const none = await readTerminalSetup(written({}));
  expect(none.hotlines).toEqual([]);
  expect(none.distrust).toMatch(/list.jws: signed by nobody whose orders are obeyed here: sign it anew, then restart/);
  const both = { ...keys, orders: 'orders.json' };
  await expect(readTerminalSetup(written({ keys: both }))).rejects.toThrow('either orders or root is wanted');
});
