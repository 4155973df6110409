import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorityOf, believeCommand, believeOrder } from '../../../src/protocol/authority.ts';
import { CommandOrder } from '../../../src/protocol/command.ts';
import { KeyRequest, KeySet, signKeySet } from '../../../src/protocol/key-set.ts';
import { LockdownOrder } from '../../../src/protocol/lockdown.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { verifyOrder } from '../../../src/protocol/signing.ts';
import { hasChromium, openBrowser } from '../../sim/page/person.ts';
import { ALL, rootKey } from '../keys-of-county.ts';

describe.skipIf(!hasChromium)('orders signed in a browser (Debian package chromium)', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;

  beforeAll(async () => {
    const input = join(packageRoot(), 'test/protocol/browser/officer.ts');
    // Anything of Node's that is imported is an error here.
    const bundle = await rolldown({ input, platform: 'browser', logLevel: 'silent' });
    const { output } = await bundle.generate({ format: 'esm', minify: false });
    await bundle.close();
    const [{ code, imports }] = output;
    expect(imports).toEqual([]);
    server = createServer(({ url }, answer) => {
      const script = url === '/officer.js';
      answer.setHeader('content-type', script ? 'text/javascript' : 'text/html');
      answer.end(
        script ? code : '<!doctype html><title>officer</title><script type="module" src="officer.js"></script>',
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.officer !== undefined');
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const inPage = (call: string): Promise<unknown> => page.evaluate(`officer.${call}`);

  it('are obeyed by phones, with a key that was made there and cannot be taken out', async () => {
    const asked = KeyRequest.parse(await inPage(`ask('j.alvarez')`));
    const { key } = asked;
    expect(await inPage('takeOut()')).toBe('InvalidAccessError');
    const { root, known } = await rootKey();
    const set = KeySet.parse({
      ...{ facility: 'county', sequence: 1, since: 0 },
      keys: [{ key, name: asked.name, may: ALL, until: null }],
    });
    const jws = await signKeySet(set, root);
    expect(await inPage(`read(${JSON.stringify(jws)}, ${JSON.stringify(known)})`)).toEqual(['j.alvarez']);
    const other = (await rootKey()).known;
    expect(await inPage(`read(${JSON.stringify(jws)}, ${JSON.stringify(other)})`)).toMatch(/another key than the root/);

    const order = LockdownOrder.parse({
      ...{ scope: { kind: 'unit', facility: 'county', unit: 'B' }, state: 'lockdown', mode: 'drop', reason: 'count' },
      ...{ issuer: 'j.alvarez', sequence: 1, since: 1, until: null },
    });
    const signed = (await inPage(`sign(${JSON.stringify(order)}, 'j.alvarez')`)) as string;
    expect(await verifyOrder(signed, { keys: [key] })).toEqual(order);
    const authority = await authorityOf(set, new Set());
    expect((await believeOrder(signed, authority, () => null)).order).toEqual(order);
    await expect(inPage(`sign(${JSON.stringify(order)}, 'warden')`)).rejects.toThrow(
      "the order is by j.alvarez, the key is warden's",
    );

    const command = CommandOrder.parse({
      ...{ facility: 'county', terminal: 'B-1', command: { type: 'cut-off' }, issuer: 'j.alvarez', sequence: 1 },
      ...{ at: 1, exp: 2 },
    });
    const given = (await inPage(`command(${JSON.stringify(command)})`)) as string;
    expect(await believeCommand(given, authority, () => null)).toEqual(command);
  });
});
