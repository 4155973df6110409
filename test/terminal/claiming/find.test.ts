import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mdns from 'multicast-dns';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { advertise } from '../../../src/platform/http/advertise.ts';
import { SERVICE } from '../../../src/protocol/discovery.ts';
import { BoxConfig } from '../../../src/terminal/claiming/config.ts';
import { fromDhcp, urisIn } from '../../../src/terminal/claiming/dhcp.ts';
import { findPlatform } from '../../../src/terminal/claiming/find.ts';
import { onNetwork } from '../../../src/terminal/claiming/network.ts';
import { freePort } from '../fleet/brokers.ts';

const FINGERPRINT = 'Jz8RkPqW2v0fYtN3xB7mLcE5sHdA9uGiKoVwTe1QyZ4';
const ONE = 'https://one.example.gov';
const TWO = 'https://two.example.gov';
let folder: string;
let lines: string[];
let closers: (() => unknown)[];
const log = () => pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tierphone-find-'));
  lines = [];
  closers = [];
});
afterEach(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true });
});

/** A network of this test's own: multicast on loopback, at a port that nobody else has. */
const network = async () => ({ port: await freePort(), interface: '127.0.0.1', bind: '0.0.0.0' });
const silent = pino({ level: 'silent' });
const option = (...uris: string[]) =>
  Buffer.concat(uris.map((uri) => Buffer.concat([Buffer.from([0, uri.length]), Buffer.from(uri)])));

test('a platform that says its address on the network is found, and takes it back when it ends', async () => {
  const here = await network();
  const advertised = advertise(ONE, FINGERPRINT, silent, here);
  expect(await onNetwork(log(), here)).toBe(ONE);
  await advertised.close();
  expect(await onNetwork(log(), here)).toBeNull();
  expect(lines).toEqual([]);
});

test('of several the same is asked each time, and the log says which', async () => {
  const here = await network();
  for (const url of [TWO, ONE]) {
    const advertised = advertise(url, FINGERPRINT, silent, here);
    closers.push(() => advertised.close());
  }
  expect(await onNetwork(log(), here)).toBe(ONE);
  expect(lines).toEqual([expect.stringMatching(/mDNS says 2 platforms: https:\/\/one.example.gov is asked/)]);
});

test('what is no address of a platform is passed over in one line, however much comes', async () => {
  const here = await network();
  const stranger = mdns(here);
  closers.push(() => new Promise<void>((closed) => stranger.destroy(() => closed())));
  stranger.on('query', () => {
    const texts = ['url=http://false.example', 'url=javascript:0', 'url=https://x y', 'url=', 'nothing'];
    const answers = Array.from({ length: 20 }, (_, n) => ({
      ...{ name: `${n}.${SERVICE}`, type: 'TXT' as const, ttl: 1, data: texts },
    }));
    stranger.respond({ answers });
  });
  expect(await onNetwork(log(), here)).toBeNull();
  expect(lines).toEqual([expect.stringMatching(/no address of a platform: it is passed over/)]);
});

test.each<[string, string, string[]]>([
  ['in hex, as udhcpc gives it', option(ONE, TWO).toString('hex'), [ONE, TWO]],
  ['with colons, as dhclient does', [...option(ONE)].map((byte) => byte.toString(16)).join(':'), [ONE]],
  ['an address alone, as a router has it', ONE, [ONE]],
  ['that in hex', Buffer.from(ONE).toString('hex'), [ONE]],
  ['quoted', `"${ONE}"`, [ONE]],
])('reads an option of DHCP: %s', (_, text, uris) => {
  expect(urisIn(text)).toEqual(uris);
});

test('a lease that is cut off, or no lease at all, stops nothing', async () => {
  const file = join(folder, 'lease');
  expect(await fromDhcp(file, log())).toBeNull();
  writeFileSync(file, option(ONE).subarray(0, 10).toString('hex'));
  expect(await fromDhcp(file, log())).toBeNull();
  expect(lines).toEqual([expect.stringMatching(/^DHCP: what is said there is no address/)]);
});

test('what is written on the phone goes before what the network says, which is never known by a fingerprint', async () => {
  const [boot, dhcp] = [join(folder, 'boot.yaml'), join(folder, 'lease')];
  const config = (more: object) => BoxConfig.parse({ board: 'b', data: 'd', boot, dhcp, ...more });
  writeFileSync(dhcp, option(TWO).toString('hex'));
  expect(await findPlatform(config({}), log())).toEqual({ url: TWO });
  writeFileSync(boot, `url: ${ONE}\nfingerprint: ${FINGERPRINT}\n`);
  expect(await findPlatform(config({}), log())).toEqual({ url: ONE, fingerprint: FINGERPRINT });
  const own = { url: 'https://own.example.gov' };
  expect(await findPlatform(config({ platform: own }), log())).toEqual(own);
});
