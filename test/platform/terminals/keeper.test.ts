import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readYaml } from '../../../src/cli/file.ts';
import { makeKeys } from '../../../src/cli/keys.ts';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Counters } from '../../../src/platform/counters.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { SettingsOfPhones } from '../../../src/platform/facilities/phone-settings.ts';
import { type Platform, startPlatform } from '../../../src/platform/main.ts';
import { readIssuers } from '../../../src/platform/terminals/issuers.ts';
import { Keeper } from '../../../src/platform/terminals/keeper.ts';
import { KeySets } from '../../../src/platform/terminals/key-sets.ts';
import { OrderPrivateKey } from '../../../src/protocol/keys.ts';
import { LockdownOrder, LockdownScope } from '../../../src/protocol/lockdown.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { lockdownTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, type Instant } from '../../../src/protocol/units.ts';
import { hasDeployable, Mosquitto } from '../../process/mosquitto.ts';
import { orderKey } from '../../terminal/fleet/phone.ts';
import { hasPostgres, type Postgres, startPostgres } from '../postgres.ts';
import { NO_FAULT } from '../world.ts';

const county = FacilityId.parse('county');
const whole = LockdownScope.parse({ kind: 'facility', facility: 'county' });
const unit = LockdownScope.parse({ kind: 'unit', facility: 'county', unit: 'B' });
const phone = LockdownScope.parse({ kind: 'terminal', facility: 'county', terminal: 'B-1' });
const PATIENCE = { timeout: 20_000 };

interface Login {
  readonly username: string;
  readonly password: string;
}

describe.skipIf(!hasPostgres || !hasDeployable)('orders that stand at the broker (needs postgresql, mosquitto)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-keeper-'));
  const said: { level: number; msg: string; alarm?: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line)) });
  let broker: Mosquitto;
  let postgres: Postgres;
  let platform: Platform | null = null;
  let config: PlatformConfig;
  let warden: OrderPrivateKey;
  let staff: MqttClient;
  let login: Login;
  let sequence = Date.now();

  const start = async () => {
    platform = await startPlatform(config, log);
  };
  const stop = async () => {
    await platform?.close();
    platform = null;
  };
  const client = async ({ username, password }: Login) =>
    connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      ...{ username, password, clientId: username, protocolVersion: 4, reconnectPeriod: 200 },
    });
  const order = (scope: LockdownScope, state: LockdownOrder['state']): Promise<string> => {
    sequence += 1;
    const given = { scope, state, mode: 'drop', reason: 'count', issuer: warden.kid, sequence, since: sequence };
    return signOrder(LockdownOrder.parse({ ...given, until: null }), warden);
  };
  const write = (scope: LockdownScope, payload: string) =>
    staff.publishAsync(lockdownTopic(scope), payload, { qos: 1, retain: true });
  /** What a phone that comes new is handed over on a topic; empty where that is nothing. */
  const standing = async (scope: LockdownScope): Promise<string> => {
    const topic = lockdownTopic(scope);
    let handed = '';
    const hear = (from: string, payload: Buffer) => {
      if (from === topic) handed = payload.toString();
    };
    staff.on('message', hear);
    // QoS 1: what stands there comes before the answer to the next question.
    await staff.subscribeAsync(topic, { qos: 1 });
    await staff.subscribeAsync('tierphone/v1/county/terminals/none/status', { qos: 1 });
    await staff.unsubscribeAsync(topic);
    staff.off('message', hear);
    return handed;
  };
  const stands = (scope: LockdownScope, jws: string) => expect.poll(() => standing(scope), PATIENCE).toBe(jws);
  const alarms = () => said.filter(({ alarm }) => alarm === 'order-replaced').map(({ msg }) => msg);

  beforeAll(async () => {
    broker = await Mosquitto.open();
    postgres = await startPostgres();
    await makeKeys(join(folder, 'keys'), { facility: county, issuer: 'warden', now: Date.now() as Instant });
    warden = readYaml(join(folder, 'keys/orders.key.json'), OrderPrivateKey);
    const account = await broker.account('platform', 'platform-1');
    login = await broker.account('staff', 'county', 'control-room');
    staff = await client(login);
    const at = (name: string) => join(folder, 'keys', name);
    config = PlatformConfig.parse({
      database: { kind: 'postgres', url: postgres.url },
      mqtt: {
        ...{ url: `mqtt://127.0.0.1:${broker.port}`, username: account.username, password: account.password },
      },
      keys: { platform: at('platform.key.json'), pepper: at('pepper') },
      orders: { county: { keys: at('orders.json'), first: at('first-order.jws') } },
    });
    await start();
  }, 180_000);
  afterAll(async () => {
    await stop();
    await staff?.endAsync(true);
    await broker?.close();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begin with the one that opens a new facility, which nobody has to give', async () => {
    await expect.poll(() => standing(whole), PATIENCE).toMatch(/^ey/);
    expect(alarms()).toEqual([]);
  });

  it('are put back where anything else is written in their place, with an alarm', async () => {
    const first = await standing(whole);
    const replaced = await order(unit, 'open');
    await write(unit, replaced);
    const lockdown = await order(unit, 'lockdown');
    await write(unit, lockdown);
    await stands(unit, lockdown);
    const stranger = await orderKey('warden');
    const forged = await signOrder(
      LockdownOrder.parse({
        ...{ scope: unit, state: 'open', mode: 'drop', reason: 'x', issuer: 'warden', sequence: sequence + 1 },
        ...{ since: Date.now(), until: null },
      }),
      stranger,
    );
    const wrong: [string, RegExp][] = [
      ['open the doors', /not signed/],
      [forged, /not that of its issuer/],
      [replaced, /an earlier order/],
      [await order(whole, 'open'), /is for facility:county/],
      ['', /cleared/],
      ['x'.repeat(20_000), /too long/],
    ];
    for (const [payload, why] of wrong) {
      const before = alarms().length;
      await write(unit, payload);
      await expect.poll(() => alarms().length, PATIENCE).toBeGreaterThan(before);
      expect(alarms().at(-1)).toMatch(why);
      await stands(unit, lockdown);
      // Alarms of one topic are a second apart.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    }
    expect(await standing(whole)).toBe(first);
  });

  it('are taken away where none was ever given: a phone that comes new finds nothing there', async () => {
    await write(phone, 'open the doors');
    await expect.poll(() => alarms().at(-1), PATIENCE).toMatch(/no order was there/);
    await stands(phone, '');
  });

  it('are put back in the end, however often and fast somebody writes there', async () => {
    const lockdown = await standing(unit);
    const flood = Array.from({ length: 500 }, (_, n) => write(unit, `nonsense ${n}`));
    await Promise.all(flood);
    await stands(unit, lockdown);
  });

  it('are held over the death of the platform: what was written meanwhile makes way, but for a newer order', async () => {
    const lockdown = await standing(unit);
    await stop();
    await write(unit, '');
    const newer = await order(whole, 'disabled');
    await write(whole, newer);
    await write(phone, 'open the doors');
    await start();
    await stands(unit, lockdown);
    await stands(phone, '');
    expect(await standing(whole)).toBe(newer);
  });

  it('come back to a broker that has lost all that stood there', async () => {
    const before = [await standing(whole), await standing(unit)];
    await broker.kill();
    rmSync(join(broker.folder, 'mosquitto.db'), { force: true });
    await broker.start();
    await stands(whole, before[0] ?? '');
    await stands(unit, before[1] ?? '');
  });

  it('that are given while the database is gone are kept all the same, and written when it is there', async () => {
    await postgres.halt();
    const opened = await order(unit, 'open');
    await write(unit, opened);
    await write(unit, 'nonsense');
    await stands(unit, opened);
    await postgres.resume();
    await stop();
    await write(unit, '');
    await start();
    await stands(unit, opened);
  });

  it('of a facility are not started with where their keys or the first order are wrong: the file is named', async () => {
    const file = join(folder, 'wrong');
    const keys = config.orders[county]?.keys ?? '';
    writeFileSync(file, randomBytes(20));
    await expect(readIssuers({ [county]: { keys: file } })).rejects.toThrow(`orders.county.keys: ${file} is no set`);
    await expect(readIssuers({ [county]: { keys, first: file } })).rejects.toThrow(`orders.county.first: ${file}: not`);
    writeFileSync(file, await order(unit, 'open'));
    await expect(readIssuers({ [county]: { keys, first: file } })).rejects.toThrow('is not for facility county');
  });

  it('are put right too where what stands is handed over before the last topic is granted', async () => {
    const database = await openDatabase(config.database, NO_FAULT);
    const given = {
      db: database.db,
      now: () => Date.now() as Instant,
      alarm: () => undefined,
      counters: new Counters(),
    };
    const issuers = await readIssuers(config.orders);
    const keySets = new KeySets({ ...given, replies: null as never }, issuers, log);
    await keySets.read();
    const keeper = await Keeper.open(
      given,
      issuers,
      keySets,
      new SettingsOfPhones({ ...given, replies: null as never }, []),
      log,
    );
    const put: [string, string][] = [];
    await keeper.receive(lockdownTopic(phone), Buffer.from('nonsense'));
    keeper.linked((...one) => put.push(one));
    expect(put).toEqual([[lockdownTopic(phone), '']]);
    await keeper.close();
    await database.close();
  });

  it('that the broker does not take back are told of: it acknowledges what it denies', async () => {
    const database = await openDatabase(config.database, NO_FAULT);
    const counters = new Counters();
    const given = { db: database.db, now: () => Date.now() as Instant, alarm: () => undefined, counters };
    const issuers = await readIssuers(config.orders);
    const keySets = new KeySets({ ...given, replies: null as never }, issuers, log);
    await keySets.read();
    const keeper = await Keeper.open(
      given,
      issuers,
      keySets,
      new SettingsOfPhones({ ...given, replies: null as never }, []),
      log,
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    keeper.linked(() => undefined);
    await keeper.receive(lockdownTopic(phone), Buffer.from('nonsense'));
    await vi.advanceTimersByTimeAsync(6_000);
    expect(said.at(-1)?.msg).toMatch(/does not let this user write there/);
    expect(counters.all().denied).toBeGreaterThan(0);
    vi.useRealTimers();
    await keeper.close();
    await database.close();
  });
});
