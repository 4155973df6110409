import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysCommand } from '../../src/cli/keys.ts';
import { lockdownCommand } from '../../src/cli/lockdown.ts';
import { OrderKeys, OrderPrivateKey, PlatformKeys, PlatformPrivateKeys } from '../../src/protocol/keys.ts';
import { LockdownOrder } from '../../src/protocol/lockdown.ts';
import { verifyOrder } from '../../src/protocol/signing.ts';
import { aedes, type Broker } from '../terminal/fleet/brokers.ts';
import { Phone, publicOf, REPORT, until } from '../terminal/fleet/phone.ts';
import { command, tierphone } from './run.ts';

let broker: Broker;
let phone: Phone;
let folder: string;
let key: string;
beforeAll(async () => {
  broker = await aedes();
  phone = await (await Phone.make()).start(broker.url);
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  key = join(folder, 'orders.key.json');
  await writeFile(key, JSON.stringify(phone.warden));
  await writeFile(join(folder, 'orders.json'), JSON.stringify({ keys: [publicOf(phone.warden)] }));
  phone.fleet.report(REPORT);
});
afterAll(async () => {
  await phone.remove();
  await broker.kill();
  await rm(folder, { recursive: true });
});

test('a phone obeys what was ordered, and each order has a greater sequence though its file is lost', async () => {
  await phone.up();
  const sequences: number[] = [];
  const order = async (...args: string[]) => {
    const common = ['--reason', 'count', '--key', key, '--broker', broker.url, '--json'];
    const { code, out, err } = await command(lockdownCommand(), [...args, ...common]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const given = LockdownOrder.parse(JSON.parse(out).order);
    sequences.push(given.sequence);
    return given;
  };
  const told = () => phone.all('lockdown').map(({ lockdown }) => `${lockdown.state} ${lockdown.mode}`);
  await order('facility', phone.facility, '--drop');
  await until(() => told().length === 2);
  const limited = await order('unit', phone.facility, phone.unit, '--disable', '--until', '2h');
  expect((limited.until ?? 0) - limited.since).toBe(7_200_000);
  await order('facility', phone.facility, '--open');
  await until(() => told().length === 3);
  await rm(`${key}.sequences`);
  await order('terminal', phone.facility, phone.terminal, '--lockdown');
  await until(() => told().length === 4);
  expect(told()).toEqual(['open drain', 'lockdown drop', 'disabled drain', 'lockdown drain']);
  expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  expect(new Set(sequences).size).toBe(4);
  expect(phone.all('order-refused')).toEqual([]);
});

test('what is asked wrongly ends with 2, what fails with 1, and each says why in a line', async () => {
  const facility = ['facility', 'pine-river'];
  const good = ['--reason', 'x', '--key', key];
  const wrong: [args: string[], code: number, err: RegExp][] = [
    [[...facility, '--reason', 'x', '--broker', broker.url], 2, /--key/],
    [[...facility, ...good], 2, /--broker, --config or a profile must name the broker/],
    [[...facility, ...good, '--broker', broker.url, '--drop', '--drain'], 2, /cannot be used with/],
    [[...facility, ...good, '--broker', broker.url, '--until', 'soon'], 2, /--until soon: a time is wanted, as 14:30/],
    [['facility', 'pine river', ...good], 2, /letters, digits/],
    [[...facility, ...good, '--broker', 'mqtt://127.0.0.1:9'], 1, /mqtt:\/\/127.0.0.1:9: no broker answers there/],
  ];
  for (const [args, code, err] of wrong) {
    const result = await command(lockdownCommand(), args);
    expect({ args, code: result.code, err: result.err }).toEqual({ args, code, err: expect.stringMatching(err) });
  }
});

test('the program itself ends as its commands say', async () => {
  const args = ['lockdown', 'facility', 'pine-river', '--reason', 'x', '--key'];
  const [noFile, noBroker, unknown] = await Promise.all([
    tierphone([...args, join(folder, 'no-such'), '--broker', broker.url]),
    tierphone([...args, key, '--broker', 'mqtt://127.0.0.1:9']),
    tierphone([...args, key, '--broker', broker.url, '--forever']),
  ]);
  expect(noFile).toMatchObject({ code: 2, err: expect.stringContaining('there is no such file') });
  expect(noBroker).toMatchObject({ code: 1, err: expect.stringContaining('no broker answers there') });
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("unknown option '--forever'") });
});

test('keys are made once, each readable by those who need it', async () => {
  const keys = join(folder, 'keys');
  expect((await command(keysCommand(), [keys, '--facility', 'pine-river', '--issuer', 'night-shift'])).code).toBe(0);
  const read = async (name: string) => JSON.parse(await readFile(join(keys, name), 'utf8'));
  const mode = async (name: string) => ((await stat(join(keys, name))).mode & 0o777).toString(8);
  const own = OrderPrivateKey.parse(await read('orders.key.json'));
  const set = OrderKeys.parse(await read('orders.json'));
  expect(set.keys).toMatchObject([{ kid: 'night-shift', x: own.x }]);
  const first = await verifyOrder(await readFile(join(keys, 'first-order.jws'), 'utf8'), set);
  expect(first).toMatchObject({
    scope: { kind: 'facility', facility: 'pine-river' },
    state: 'open',
    issuer: 'night-shift',
  });
  const platform = PlatformPrivateKeys.parse(await read('platform.key.json'));
  const known = PlatformKeys.parse(await read('platform.json'));
  expect(known.sealing.x).toBe(platform.sealing.x);
  expect(known.replies).toMatchObject([{ kid: platform.replies.kid, x: platform.replies.x }]);
  expect(JSON.stringify(known)).not.toContain('"d"');
  for (const secret of ['orders.key.json', 'platform.key.json', 'pepper', 'voiceprints', 'ca.pem'])
    expect(await mode(secret)).toBe('600');
  expect((await readFile(join(keys, 'pepper'))).length).toBeGreaterThanOrEqual(32);

  const before = await read('orders.key.json');
  const again = await command(keysCommand(), [keys, '--facility', 'pine-river']);
  expect(again.code).toBe(1);
  expect(again.err).toMatch(/is there already/);
  expect(await read('orders.key.json')).toEqual(before);
  expect((await readdir(keys)).length).toBe(9);
});

test('the order of a user the broker does not let write is reported as refused', async () => {
  // A broker that takes every publish to a sink, as an embedded one does with what it denies.
  const strict = await Aedes.createBroker({
    authorizePublish: (_client, packet, done) => {
      packet.topic = 'sink';
      done(null);
    },
  });
  const server = createServer(strict.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `mqtt://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const result = await command(lockdownCommand(), ['facility', 'f', '--reason', 'x', '--key', key, '--broker', url]);
  expect(result).toMatchObject({ code: 1, err: expect.stringContaining('the order does not stand') });
  await new Promise<void>((resolve) => strict.close(resolve));
  await new Promise((resolve) => server.close(resolve));
});
