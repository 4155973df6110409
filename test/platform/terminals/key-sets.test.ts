import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringSite } from '../../../sim/world/bring-site.ts';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../../src/platform/main.ts';
import { CommandOrder } from '../../../src/protocol/command.ts';
import { KeyRequest, type Permit, Revocations, signKeySet, signRevocations } from '../../../src/protocol/key-set.ts';
import type { OrderPrivateKey, RootPrivateKey } from '../../../src/protocol/keys.ts';
import { LockdownOrder, LockdownScope, OPEN } from '../../../src/protocol/lockdown.ts';
import { signCommand, signOrder } from '../../../src/protocol/signing.ts';
import { keySetTopic, lockdownTopic, revocationsTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, UnitId } from '../../../src/protocol/units.ts';
import { hasDeployable, Mosquitto } from '../../process/mosquitto.ts';
import { ALL, type Member, rootKey, setOf, thumbprintOf } from '../../protocol/keys-of-county.ts';
import { now, orderKey, Phone, publicOf, REPORT, until } from '../../terminal/fleet/phone.ts';
import { hasPostgres, type Postgres, startPostgres } from '../postgres.ts';
import { siteFile } from '../world.ts';

const county = FacilityId.parse('county');
const fixed = FacilityId.parse('fixed');
const whole = LockdownScope.parse({ kind: 'facility', facility: 'county' });
const unit = LockdownScope.parse({ kind: 'unit', facility: 'county', unit: 'B' });
const terminal = LockdownScope.parse({ kind: 'terminal', facility: 'county', terminal: 'B-1' });
const KEYS = keySetTopic(county);
const REVOKED = revocationsTopic(county);
const PATIENCE = { timeout: 20_000 };
const UNIT_B: Permit[] = [
  { to: 'orders', over: { kind: 'unit', unit: UnitId.parse('B') } },
  { to: 'commands', over: { kind: 'unit', unit: UnitId.parse('B') } },
];

describe.skipIf(!hasPostgres || !hasDeployable)('key sets on the platform (needs postgresql, mosquitto)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-key-sets-'));
  const said: { msg: string; alarm?: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line)) });
  let broker: Mosquitto;
  let postgres: Postgres;
  let platform: Platform | null = null;
  let config: PlatformConfig;
  let root: RootPrivateKey;
  let phone: Phone;
  let staff: MqttClient;
  let hostile: MqttClient;
  let sequence = 0;

  const client = async ({ username, password }: { username: string; password: string }) =>
    connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      ...{ username, password, clientId: username, protocolVersion: 4, reconnectPeriod: 200 },
    });
  const desk = () => {
    if (!platform) throw new Error('no platform');
    return platform.desk;
  };
  const start = async (site: Site | null = null) => {
    if (site) await bringSite(config, site);
    platform = await startPlatform(config, log);
  };
  const stop = async () => {
    await platform?.close();
    platform = null;
  };
  const set = async (n: number, members: readonly Member[], by = root, facility = 'county') =>
    signKeySet(setOf(facility, n, members), by);
  const order = async (
    key: OrderPrivateKey,
    scope: LockdownScope,
    state: LockdownOrder['state'],
    change: object = {},
  ) => {
    sequence = Math.max(sequence + 1, Date.now());
    const given = { scope, state, mode: 'drain', reason: 'count', issuer: key.kid, sequence, since: sequence };
    return signOrder(LockdownOrder.parse({ ...given, until: null, ...change }), key);
  };
  const command = async (key: OrderPrivateKey, change: object = {}) => {
    sequence = Math.max(sequence + 1, Date.now());
    const given = { facility: 'county', terminal: 'B-1', command: { type: 'doctor' }, issuer: key.kid, sequence };
    return signCommand(CommandOrder.parse({ ...given, at: now(), exp: now() + 60_000, ...change }), key);
  };
  /** What a phone that comes new is handed over on a topic; empty where that is nothing. */
  const standing = async (topic: string): Promise<string> => {
    let handed = '';
    const hear = (from: string, payload: Buffer) => {
      if (from === topic) handed = payload.toString();
    };
    staff.on('message', hear);
    await staff.subscribeAsync(topic, { qos: 1 });
    await staff.subscribeAsync('tierphone/v1/county/terminals/none/status', { qos: 1 });
    await staff.unsubscribeAsync(topic);
    staff.off('message', hear);
    return handed;
  };
  const stands = (topic: string, jws: string) => expect.poll(() => standing(topic), PATIENCE).toBe(jws);
  const alarms = (kind: string) => said.filter(({ alarm }) => alarm === kind).map(({ msg }) => msg);
  const lockdown = () => phone.all('lockdown').at(-1)?.lockdown;

  beforeAll(async () => {
    broker = await Mosquitto.open();
    postgres = await startPostgres();
    const made = await rootKey();
    root = made.root;
    phone = await Phone.make('county');
    phone.root = made.known;
    phone.account = await broker.account('terminal', 'county', 'B', 'B-1');
    const { username, password } = await broker.account('platform', 'platform-1');
    // Whoever has the platform's own password at the broker, and none of its keys.
    hostile = await client(await broker.account('platform', 'stolen'));
    staff = await client(await broker.account('staff', 'county', 'control-room'));
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    config = PlatformConfig.parse({
      database: { kind: 'postgres', url: postgres.url },
      mqtt: { url: `mqtt://127.0.0.1:${broker.port}`, username, password },
      keys: { platform: file('platform', phone.platform.file), pepper: file('pepper', 'p'.repeat(32)) },
      orders: {
        county: { root: file('root.json', JSON.stringify(made.known)) },
        fixed: { keys: file('orders.json', JSON.stringify({ keys: [publicOf(phone.warden)] })) },
      },
    });
    const site = siteFile('county');
    await start(Site.parse({ ...site, units: [{ id: 'B', terminals: ['B-1'] }, { id: 'C', terminals: ['C-1'] }] })); // biome-ignore format: one line
    await phone.start(`mqtt://127.0.0.1:${broker.port}`, 20_000, now, false);
    phone.fleet.report(REPORT);
    await phone.up();
  }, 180_000);
  afterAll(async () => {
    await phone?.remove();
    await stop();
    await staff?.endAsync(true);
    await hostile?.endAsync(true);
    await broker?.close();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leave what stands as it is until there is one: then it is judged, and a phone is in service', async () => {
    const open = await order(phone.warden, whole, 'open');
    const nonsense = 'open the doors';
    await staff.publishAsync(lockdownTopic(whole), open, { qos: 1, retain: true });
    await staff.publishAsync(lockdownTopic(unit), nonsense, { qos: 1, retain: true });
    await expect(desk().relayOrder(county, open)).rejects.toThrow('signed by nobody whose orders are obeyed here');
    expect(await standing(lockdownTopic(whole))).toBe(open);
    expect(await standing(lockdownTopic(unit))).toBe(nonsense);
    expect(desk().keySetOf(county)).toMatchObject({ root: root.kid, sequence: 0, keys: [], revoked: [], jws: null });
    const first = await set(1, [[phone.warden, ALL], [phone.deputy, UNIT_B]]); // biome-ignore format: one line
    await desk().takeKeySet(county, `${first}\n`);
    await stands(KEYS, first);
    await stands(lockdownTopic(unit), '');
    expect(await standing(lockdownTopic(whole))).toBe(open);
    await until(() => lockdown()?.state === 'open');
    expect(lockdown()).toEqual(OPEN);
  });

  it('are refused where they are old, forged, for another facility, or where keys are fixed', async () => {
    const old = await set(1, [[phone.deputy, ALL]]);
    await expect(desk().takeKeySet(county, old)).rejects.toThrow('an old set: its sequence is 1, 1 is known');
    const forged = await set(9, [[phone.deputy, ALL]], (await rootKey()).root);
    await expect(desk().takeKeySet(county, forged)).rejects.toThrow('another key than the root key');
    const other = await set(9, [[phone.deputy, ALL]], root, 'else');
    await expect(desk().takeKeySet(county, other)).rejects.toThrow('the set is for facility else');
    await expect(desk().takeKeySet(fixed, old)).rejects.toThrow('name a root key in orders.fixed.root');
    await expect(desk().revoke(fixed, await thumbprintOf(phone.warden))).rejects.toThrow('the keys of fixed are fixed');
    expect(() => desk().keySetOf(fixed)).toThrow('are fixed');
  });

  it('say which orders and commands are handed on: a phone obeys them', async () => {
    const { topic } = await desk().relayOrder(county, await order(phone.deputy, terminal, 'lockdown'));
    expect(topic).toBe(lockdownTopic(terminal));
    await until(() => lockdown()?.state === 'lockdown');
    await desk().relayOrder(county, await order(phone.deputy, terminal, 'open'));
    await until(() => lockdown()?.state === 'open');
    await desk().relayCommand(county, await command(phone.deputy));
    await until(() => phone.all('command').length === 1);
    const refused = async (relayed: Promise<unknown>, why: string) => expect(relayed).rejects.toThrow(why);
    await refused(desk().relayOrder(county, await order(phone.deputy, whole, 'open')), 'may not order facility:county');
    const other = LockdownScope.parse({ ...terminal, terminal: 'C-1' });
    await refused(
      desk().relayOrder(county, await order(phone.deputy, other, 'open')),
      'may not order terminal:county/C-1',
    );
    await refused(desk().relayOrder(fixed, await order(phone.warden, whole, 'open')), 'is for facility county');
    await refused(
      desk().relayCommand(county, await command(phone.deputy, { terminal: 'C-1' })),
      'may not give commands',
    );
    await refused(desk().relayCommand(county, await command(phone.deputy, { at: 1, exp: 2 })), 'expired');
    await refused(desk().relayCommand(fixed, await command(phone.warden)), 'the command is for facility county');
    const late = { at: now() + 700_000, exp: now() + 800_000 };
    await refused(desk().relayCommand(county, await command(phone.deputy, late)), 'given in the future');
    expect(phone.all('order-refused').filter(({ topic }) => topic.endsWith('/commands'))).toEqual([]);
  });

  it('end a key in a second, everywhere and for good; what stands by it is told of', async () => {
    await desk().relayOrder(county, await order(phone.deputy, unit, 'lockdown'));
    await until(() => lockdown()?.state === 'lockdown');
    await desk().revoke(county, await thumbprintOf(phone.deputy));
    await desk().revoke(county, await thumbprintOf(phone.deputy));
    expect(
      desk()
        .keySetOf(county)
        .keys.map(({ key, revoked }) => [key.kid, revoked !== null]),
    ).toEqual([
      ['warden', false],
      ['deputy', true],
    ]);
    await expect.poll(() => standing(REVOKED), PATIENCE).toMatch(/^ey/);
    await expect
      .poll(() => alarms('order-orphaned').at(-1), PATIENCE)
      .toMatch(
        /order in force for unit:county\/B: the key of deputy is revoked: a phone that comes new stays closed there: order it anew/,
      );
    const relayed = desk().relayOrder(county, await order(phone.deputy, unit, 'open'));
    await expect(relayed).rejects.toThrow('the key of deputy is revoked');
    // Who has the broker hands the phone the order all the same.
    const before = phone.all('order-refused').length;
    await staff.publishAsync(lockdownTopic(unit), await order(phone.deputy, unit, 'open'), { qos: 1, retain: true });
    await until(() => phone.all('order-refused').length > before);
    expect(lockdown()?.state).toBe('lockdown');
    await desk().relayOrder(county, await order(phone.warden, unit, 'open'));
    await until(() => lockdown()?.state === 'open');
  });

  it('and what is revoked are put back where anything else is written, with an alarm, and come back to a broker that lost them', async () => {
    const [keys, revoked] = [await standing(KEYS), await standing(REVOKED)];
    const stolen = Revocations.parse({
      ...{ facility: 'county', sequence: 9, revoked: [{ thumbprint: await thumbprintOf(phone.warden), at: 1 }] },
    });
    const { replies } = (await Phone.make()).platform.own;
    const forged = await signRevocations(stolen, { ...replies, kid: phone.platform.own.replies.kid });
    const wrong: [string, string, RegExp][] = [
      [KEYS, 'anybody', /not signed: what is known of the keys is put back/],
      [REVOKED, '', /cleared/],
      [KEYS, await set(5, [[phone.deputy, ALL]], (await rootKey()).root), /another key than the root key/],
      [REVOKED, forged, /not that of its issuer/],
    ];
    for (const [topic, payload, why] of wrong) {
      const before = alarms('keys-replaced').length;
      await hostile.publishAsync(topic, payload, { qos: 1, retain: true });
      await expect.poll(() => alarms('keys-replaced').length, PATIENCE).toBeGreaterThan(before);
      expect(alarms('keys-replaced').at(-1)).toMatch(why);
      await stands(topic, topic === KEYS ? keys : revoked);
      // Alarms of one topic are a second apart.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    }
    await broker.kill();
    rmSync(join(broker.folder, 'mosquitto.db'), { force: true });
    await broker.start();
    await stands(KEYS, keys);
    await stands(REVOKED, revoked);
    expect(lockdown()?.state).toBe('open');
  });

  it('are kept over the death of the platform, and taken from the broker where another platform has put newer', async () => {
    const [keys, revoked] = [await standing(KEYS), await standing(REVOKED)];
    await stop();
    await hostile.publishAsync(KEYS, '', { qos: 1, retain: true });
    const newer = await set(3, [[phone.warden, ALL]]);
    await start();
    await stands(KEYS, keys);
    expect(await standing(REVOKED)).toBe(revoked);
    await hostile.publishAsync(KEYS, newer, { qos: 1, retain: true });
    await expect.poll(() => desk().keySetOf(county).sequence, PATIENCE).toBe(3);
    const both = Revocations.parse({
      ...{ facility: 'county', sequence: 9 },
      revoked: [{ thumbprint: await thumbprintOf(await orderKey('third')), at: 7 }],
    });
    await hostile.publishAsync(REVOKED, await signRevocations(both, phone.platform.own.replies), {
      qos: 1,
      retain: true,
    });
    await expect.poll(() => desk().keySetOf(county).revoked.length, PATIENCE).toBe(2);
    await stop();
    await start();
    expect(desk().keySetOf(county)).toMatchObject({ sequence: 3, jws: newer });
    expect(desk().keySetOf(county).revoked.length).toBe(2);
  });

  it('are asked to have keys added, until they have them', async () => {
    const sergeant = await orderKey('sergeant');
    const request = KeyRequest.parse({
      ...{ facility: 'county', key: publicOf(sergeant), name: 'Sgt. Ortiz', may: UNIT_B, by: 'ortiz' },
    });
    const thumbprint = await desk().askForKey(request);
    await desk().askForKey({ ...request, name: 'Sgt. M. Ortiz' });
    expect(await desk().asked(county)).toMatchObject([{ thumbprint, request: { ...request, name: 'Sgt. M. Ortiz' } }]);
    const refused = KeyRequest.parse({ ...request, key: publicOf(phone.deputy) });
    await expect(desk().askForKey(refused)).rejects.toThrow('the key of deputy is revoked, for good: make a new one');
    const other = await desk().askForKey({ ...request, key: publicOf(await orderKey('x')) });
    await desk().refuseKey(county, other);
    await desk().takeKeySet(county, await set(4, [[phone.warden, ALL], [sergeant, UNIT_B]])); // biome-ignore format: one line
    expect(await desk().asked(county)).toEqual([]);
    const expired = await set(5, [[phone.warden, ALL], [sergeant, UNIT_B, Date.now() - 1_000]]); // biome-ignore format: one line
    await desk().takeKeySet(county, expired);
    const back = await order(sergeant, unit, 'lockdown', { since: Date.now() - 60_000 });
    await expect(desk().relayOrder(county, back)).rejects.toThrow('the time of the key of sergeant is up');
  });
});
