import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { momentOf } from '../../src/cli/orders/time.ts';
import { signKeySet } from '../../src/protocol/key-set.ts';
import type { OrderPrivateKey } from '../../src/protocol/keys.ts';
import { type LockdownOrder, lockdownName } from '../../src/protocol/lockdown.ts';
import { signOrder, verifyOrder } from '../../src/protocol/signing.ts';
import { lockdownScopes, lockdownTopic, terminalTopic } from '../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId, UnitId } from '../../src/protocol/units.ts';
import { rootKey, setOf } from '../protocol/keys-of-county.ts';
import { type Broker, mosquitto } from '../terminal/fleet/brokers.ts';
import { orderKey, Phone, publicOf, REPORT, until } from '../terminal/fleet/phone.ts';
import { tierphone } from './run.ts';

let broker: Broker;
let folder: string;
let warden: OrderPrivateKey;
let facility: FacilityId;
let made = 0;
const mqtts: MqttClient[] = [];

beforeAll(async () => {
  broker = await mosquitto();
  folder = await mkdtemp(join(tmpdir(), 'orders-'));
  warden = await orderKey('warden');
  await writeFile(join(folder, 'orders.key.json'), JSON.stringify(warden));
  await writeFile(join(folder, 'orders.json'), JSON.stringify({ keys: [publicOf(warden)] }));
});
beforeEach(async () => {
  made += 1;
  facility = FacilityId.parse(`county-${made}`);
  const profile = `broker: ${broker.url}\nfacility: ${facility}\nkey: orders.key.json\nkeys: orders.json\n`;
  await writeFile(join(folder, 'profile.yaml'), profile);
});
afterAll(async () => {
  await Promise.all(mqtts.map((mqtt) => mqtt.endAsync(true)));
  await broker.kill();
  await rm(folder, { recursive: true });
});

const desk = (...args: string[]) => tierphone([...args, '--profile', join(folder, 'profile.yaml')]);

/** A phone as the broker sees one, that does with orders what it is told to. */
async function phone(
  unit: string,
  name: string,
  does: 'obeys' | 'refuses' | 'is silent',
  body: { phase?: string; orders?: object; otherVoice?: object } = {},
) {
  const terminal = TerminalId.parse(name);
  const mqtt = await connectAsync(broker.url, { protocolVersion: 4 });
  mqtts.push(mqtt);
  const envelope = () => ({ v: 1, id: crypto.randomUUID(), at: Date.now() });
  let status: object = { online: true, birth: 1, ...REPORT, unit, recordsWaiting: 0, orders: {}, ...body };
  const say = async (change: object) => {
    status = { ...status, ...change };
    const payload = JSON.stringify({ ...envelope(), body: status });
    await mqtt.publishAsync(terminalTopic(facility, terminal, 'status'), payload, { qos: 1, retain: true });
  };
  const hear = async (topic: string, payload: Buffer) => {
    if (does === 'is silent') return;
    if (does === 'refuses') {
      const event = { type: 'order-refused', topic, reason: 'no\x1b[2J \u202etrust\ntierphone: fine' };
      await mqtt.publishAsync(
        terminalTopic(facility, terminal, 'events'),
        JSON.stringify({ ...envelope(), body: event }),
        { qos: 1 },
      );
      return;
    }
    const order = await verifyOrder(payload.toString(), { keys: [publicOf(warden)] });
    const { state, mode, scope, reason } = order;
    const lockdown = {
      state,
      mode,
      source: state === 'open' ? null : scope.kind,
      reason: state === 'open' ? null : reason,
    };
    const ends = mode === 'drop' && state !== 'open';
    const phase = ends && 'phase' in status && status.phase === 'talking' ? { phase: 'ended' } : {};
    await say({ lockdown, orders: { [`${order.issuer} ${lockdownName(scope)}`]: order.sequence }, ...phase });
  };
  mqtt.on('message', (topic, payload) => void hear(topic, payload));
  await say({});
  await mqtt.subscribeAsync(lockdownScopes(facility, UnitId.parse(unit), terminal).map(lockdownTopic), { qos: 1 });
}

async function retained(topic: string, payload: string) {
  const mqtt = await connectAsync(broker.url, { protocolVersion: 4 });
  await mqtt.publishAsync(topic, payload, { qos: 1, retain: true });
  await mqtt.endAsync();
}

async function offline(name: string, unit: string, at: number, lost = false) {
  const body = { online: false, birth: 1, unit, ...(lost && { lost: true }) };
  const topic = terminalTopic(facility, TerminalId.parse(name), 'status');
  await retained(topic, JSON.stringify({ v: 1, id: crypto.randomUUID(), at, body }));
}

async function standsAt(topic: string): Promise<string | null> {
  const mqtt = await connectAsync(broker.url, { protocolVersion: 4 });
  const heard = new Promise<string | null>((resolve) => {
    mqtt.on('message', (from, payload) => resolve(from === topic ? payload.toString() : null));
  });
  // What stands elsewhere comes in any case: two topics, and the one that is always there ends the wait.
  await retained(`${topic}/end`, 'end');
  await mqtt.subscribeAsync([topic, `${topic}/end`], { qos: 1 });
  const payload = await heard;
  await mqtt.endAsync(true);
  return payload;
}

const order = (change: Partial<LockdownOrder> = {}): LockdownOrder => ({
  scope: { kind: 'facility', facility },
  state: 'open',
  mode: 'drain',
  reason: 'the first',
  issuer: 'warden',
  sequence: 1,
  since: 1_000 as Instant,
  until: null,
  ...change,
});

test('an order in a word is followed to each phone: who obeys, whose call ended, who is away', async () => {
  await phone('B', 'B-1', 'obeys');
  await phone('B', 'B-2', 'obeys', { phase: 'talking' });
  await phone('C', 'C-1', 'refuses');
  const midday = new Date();
  midday.setHours(0, 5, 0, 0);
  await offline('B-9', 'B', midday.getTime());
  const { code, out, err } = await desk('lockdown', 'B', '--drop');
  expect(err).toBe('');
  expect(out).toMatch(/^unit:county-\d+\/B: lockdown, calls in progress end now/);
  expect(out).toMatch(/\n2 of 3 obeyed in \d+\.\d s, 1 call ended; B-9 offline since 00:05\n$/);
  expect(code).toBe(0);

  const machine = await desk('lockdown', 'B-1', '--open', '--json');
  const told = JSON.parse(machine.out);
  expect(told.order).toMatchObject({ reason: 'ordered by warden', state: 'open' });
  expect(told.phones).toMatchObject([{ terminal: 'B-1', result: 'obeyed' }]);
  expect(machine.code).toBe(0);
});

test('a phone that is online and refuses or is silent makes it fail, and what it says does nothing to the screen', async () => {
  await phone('B', 'B-1', 'obeys');
  await phone('B', 'B-2', 'refuses');
  await phone('B', 'B-3', 'is silent');
  const { code, out } = await desk('lockdown', facility, '--wait', '700ms');
  expect(code).toBe(1);
  expect(out).toMatch(/1 of 3 obeyed in \d+\.\d s; B-2 refuses: no\[2J trust tierphone: fine; no answer from B-3\n$/);
});

test('a real phone obeys, and the shutdown of another that was lost is not made more certain than it is', async () => {
  const real = await (await Phone.make(facility)).start(broker.url);
  real.fleet.report(REPORT);
  await until(() => real.all('link').at(-1)?.state === 'up');
  await offline('B-9', 'B', Date.now(), true);
  const keys = join(folder, 'real.json');
  await writeFile(join(folder, 'real.key.json'), JSON.stringify(real.warden));
  await writeFile(keys, JSON.stringify({ keys: [publicOf(real.warden)] }));
  const { code, out } = await desk('lockdown', 'B', '--key', join(folder, 'real.key.json'), '--keys', keys);
  expect(out).toMatch(/1 of 2 obeyed in \d+\.\d s; B-9 offline, lost after \d\d:\d\d\n$/);
  expect(code).toBe(0);
  expect(real.all('order-refused')).toEqual([]);
  await real.remove();
});

test('a key that the facility does not know orders nothing, whichever set lies beside it', async () => {
  const standing = await signOrder(order(), warden);
  const topic = lockdownTopic(order().scope);
  await retained(topic, standing);
  const other = await mkdtemp(join(folder, 'other-'));
  const key = join(other, 'orders.key.json');
  const stranger = await orderKey('warden');
  await writeFile(key, JSON.stringify(stranger));
  const give = (...args: string[]) =>
    tierphone(['lockdown', 'facility', facility, '--key', key, '--broker', broker.url, ...args]);
  const none = await give();
  const namesake = await give('--keys', join(folder, 'orders.json'));
  await writeFile(join(other, 'orders.json'), JSON.stringify({ keys: [publicOf(stranger)] }));
  const beside = await give();
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('must name the facility') });
  expect(namesake).toMatchObject({ code: 2, err: expect.stringContaining("warden's key is another one there") });
  expect(beside).toMatchObject({ code: 2, err: expect.stringContaining("is another facility's key") });
  for (const { err } of [none, namesake, beside]) expect(err.trim().split('\n').length).toBe(1);
  expect(await standsAt(topic)).toBe(standing);
});

test('with a signed set of keys an order that its key may not give is refused here, and one that it may is given', async () => {
  await phone('B', 'B-1', 'obeys');
  const over = { kind: 'unit', unit: UnitId.parse('B') } as const;
  const set = setOf(facility, 1, [[warden, [{ to: 'orders', over }]]]);
  const keys = join(folder, 'signed.keys');
  await writeFile(keys, await signKeySet(set, (await rootKey()).root));
  const whole = await desk('lockdown', facility, '--keys', keys);
  expect(whole.err).toContain(`no phone would obey it: the key of warden may not order facility:${facility} (${keys})`);
  expect(whole.code).toBe(2);
  expect(await desk('lockdown', 'B-1', '--keys', keys)).toMatchObject({ code: 0 });
});

test('an unknown unit or phone is an error that names the near ones', async () => {
  await phone('B', 'B-1', 'obeys');
  await phone('North', 'N-1', 'obeys');
  const wrong = await Promise.all([
    desk('lockdown', 'B-11'),
    desk('lockdown', 'unit', facility, 'Nort'),
    desk('lockdown', 'terminal', facility, 'b-1'),
  ]);
  expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(wrong[0]?.err).toMatch(/no unit and no phone B-11; near it: B-1,/);
  expect(wrong[1]?.err).toMatch(/no unit Nort; near it: North,/);
  expect(wrong[2]?.err).toMatch(/no phone b-1; near it: B-1,/);
});

test('a command to one phone is held against the facility too', async () => {
  await phone('B', 'B-1', 'is silent');
  await offline('B-2', 'B', Date.now());
  const other = join(folder, 'other.key.json');
  await writeFile(other, JSON.stringify(await orderKey('warden')));
  const [unknown, away, key, nowhere] = await Promise.all([
    desk('command', 'cut-off', 'B-11'),
    desk('command', 'cut-off', facility, 'B-2'),
    desk('command', 'restart', 'B-1', '--key', other),
    tierphone(['command', 'doctor', 'B-1', '--broker', broker.url, '--key', other]),
  ]);
  expect(unknown).toMatchObject({ code: 2, err: expect.stringMatching(/has no phone B-11; near it: B-1, B-2/) });
  expect(away).toMatchObject({ code: 1, err: expect.stringMatching(/B-2: offline since \d\d:\d\d/) });
  expect(key).toMatchObject({ code: 2, err: expect.stringContaining('no phone would obey this key') });
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('must name the facility') });
});

test('the state of a facility is a table of 80 columns, with the orders in force and who gave them', async () => {
  const otherVoice = { since: Date.now(), until: null, ratio: -6, against: 'enrolment' };
  await phone('B', 'B-1', 'obeys', { phase: 'talking', otherVoice });
  await phone('B', 'B-2', 'obeys');
  await offline('B-10', 'B', Date.now());
  await desk('lockdown', 'B-2', '--reason', `count\x1b[2J ${'x'.repeat(120)}`, '--until', '2h');
  await retained(`tierphone/v1/${facility}/units/C/lockdown`, 'open sesame');
  const { code, out } = await desk('status');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines[0]).toBe(`${facility}: 3 phones, 2 online, 1 closed`);
  expect(lines[3]).toMatch(/^B-1 +B +on +talking +\d\d:\d\d +another voice \d\d:\d\d \(400:1\), open$/);
  expect(lines[4]).toMatch(/^B-2 +B +on +idle +\d\d:\d\d +lockdown \(terminal: count\[2J x+…$/);
  expect(lines[5]).toMatch(/^B-10 +B +offline since \d\d:\d\d$/);
  expect(out).toMatch(/terminal:county-\d+\/B-2: lockdown, drain since \d\d:\d\d until /);
  expect(out).toMatch(/ {2}by warden: count/);
  expect(out).toMatch(/NOT VALID {2}tierphone\/v1\/county-\d+\/units\/C\/lockdown/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const machine = JSON.parse((await desk('status', '--json')).out);
  expect(machine.phones.map(({ terminal }: { terminal: string }) => terminal)).toEqual(['B-1', 'B-2', 'B-10']);
  expect(machine.orders).toHaveLength(2);
});

test('until is a time of day where the facility is, today or else tomorrow, a span, or ISO 8601', () => {
  const now = Date.parse('2026-03-07T20:00:00Z') as Instant; // 14:00 in Chicago, whose clocks go forward that night
  const at = (text: string, zone = 'America/Chicago') => new Date(momentOf(text, now, zone)).toISOString();
  expect(at('14:30')).toBe('2026-03-07T20:30:00.000Z');
  expect(at('14:00')).toBe('2026-03-08T19:00:00.000Z');
  expect(at('9:15')).toBe('2026-03-08T14:15:00.000Z');
  expect(at('2h')).toBe('2026-03-07T22:00:00.000Z');
  expect(at('2026-03-09T06:00')).toBe('2026-03-09T11:00:00.000Z');
  expect(at('2026-03-09T06:00Z')).toBe('2026-03-09T06:00:00.000Z');
  expect(at('14:30', 'Asia/Kathmandu')).toBe('2026-03-08T08:45:00.000Z');
  for (const text of ['soon', '25:00', '2026-03-07T13:59', '14.30']) expect(() => at(text)).toThrow(/^--until/);
});
