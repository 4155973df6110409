import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExchangeConfig } from '../../../../src/platform/terminals/exchange/config.ts';
import { openExchange } from '../../../../src/platform/terminals/exchange/open.ts';
import { ha1Of, phoneAt, trunkOf } from './exchange.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  file = join(folder, 'accounts');
});
afterEach(() => rm(folder, { recursive: true }));

const trunk = { name: 'exchange', domain: 'sip.county.test', server: { host: '127.0.0.1' } };
const open = (more: object = {}) => openExchange(ExchangeConfig.parse({ kind: 'file', trunk, file, ...more }));
/** As an exchange reads it. */
async function accounts(): Promise<Record<string, string>> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const { user, domain, realm, ha1 } = JSON.parse(line);
      return [`${user}@${domain}`, `${realm} ${ha1}`];
    }),
  );
}

describe('accounts in a file', () => {
  test('are given, renewed and taken, and no others change', async () => {
    const exchange = open();
    const first = await exchange.give(phoneAt('B-1'));
    const other = await exchange.give(phoneAt('B-2'));
    const renewed = await exchange.give(phoneAt('B-1'));
    expect(trunkOf(renewed).password).not.toBe(trunkOf(first).password);
    expect(await accounts()).toEqual({
      'pine-river.B-2@sip.county.test': `sip.county.test ${ha1Of(other)}`,
      'pine-river.B-1@sip.county.test': `sip.county.test ${ha1Of(renewed)}`,
    });
    expect(await readFile(file, 'utf8')).not.toContain(trunkOf(renewed).password);
    await exchange.revoke(phoneAt('B-1'));
    await exchange.revoke(phoneAt('B-1'));
    expect(Object.keys(await accounts())).toEqual(['pine-river.B-2@sip.county.test']);
  });

  test('given all at once are all there, and of one place the last counts', async () => {
    const exchange = open();
    const places = Array.from({ length: 50 }, (_, n) => phoneAt(`B-${n % 25}`));
    const logins = await Promise.all(places.map((place) => exchange.give(place)));
    await exchange.close();
    expect(Object.values(await accounts()).sort()).toEqual(
      logins
        .slice(25)
        .map((login) => `sip.county.test ${ha1Of(login)}`)
        .sort(),
    );
  });

  test('are for their owner to read, and for the group that may already', async () => {
    const exchange = open();
    await exchange.give(phoneAt('B-1'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const group = (process.getgroups?.() ?? []).find((gid) => gid !== process.getgid?.()) ?? process.getgid?.() ?? 0;
    await chown(file, process.getuid?.() ?? 0, group);
    await chmod(file, 0o664);
    await exchange.give(phoneAt('B-2'));
    const { mode, gid } = await stat(file);
    expect({ mode: mode & 0o777, gid }).toEqual({ mode: 0o640, gid: group });
  });

  test('are told of to a program after each change, and where it fails this is done anew', async () => {
    const told = join(folder, 'told');
    const script = join(folder, 'reload.mjs');
    await writeFile(
      script,
      `import { appendFileSync, existsSync } from 'node:fs';
       if (existsSync(${JSON.stringify(join(folder, 'broken'))})) { console.error('the exchange is away'); process.exit(1); }
       appendFileSync(process.argv[2], process.env.TIERPHONE_ACCOUNT + '\\n');`,
    );
    const exchange = open({ reload: [process.execPath, script, told] });
    await exchange.give(phoneAt('B-1'));
    await mkdir(join(folder, 'broken'));
    await expect(exchange.revoke(phoneAt('B-1'))).rejects.toThrow(
      /^the exchange did not read its accounts: .*node.*: the exchange is away$/,
    );
    await rm(join(folder, 'broken'), { recursive: true });
    await exchange.revoke(phoneAt('B-1'));
    const account = 'pine-river.B-1@sip.county.test\n';
    expect(await readFile(told, 'utf8')).toBe(account + account);
    expect(await accounts()).toEqual({});
  });

  test('that cannot be read are left as they are, and nothing of them is told', async () => {
    await writeFile(file, '{"user":"a","domain":"b","realm":"c","ha1":"5ecret"}\n{"user":"x","ha1":"5ecret"\n');
    await expect(open().give(phoneAt('B-1'))).rejects.toThrow(
      `the exchange's accounts cannot be read: ${file} has a line that is no account`,
    );
    expect(await readFile(file, 'utf8')).toContain('5ecret');
  });

  test('that cannot be written are told by the file, and are given once they can', async () => {
    await mkdir(`${file}.new`);
    const exchange = open();
    await expect(exchange.give(phoneAt('B-1'))).rejects.toThrow(
      /^the exchange's accounts cannot be written: EISDIR.*accounts\.new/,
    );
    await rm(`${file}.new`, { recursive: true });
    const login = await exchange.give(phoneAt('B-1'));
    expect(Object.values(await accounts())).toEqual([`sip.county.test ${ha1Of(login)}`]);
  });

  test('bring along whom the phone is to trust, as the file says now', async () => {
    const ca = join(folder, 'ca.pem');
    const exchange = open({ ca });
    await expect(exchange.give(phoneAt('B-1'))).rejects.toThrow(
      /^the authority of the exchange cannot be read \(exchange\.ca\): ENOENT/,
    );
    await writeFile(ca, 'a certificate');
    expect((await exchange.give(phoneAt('B-1'))).tls).toEqual({ ca: 'a certificate' });
  });
});
