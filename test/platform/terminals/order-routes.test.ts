import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bringSite } from '../../../sim/world/bring-site.ts';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../../src/platform/main.ts';
import { CommandOrder } from '../../../src/protocol/command.ts';
import { verifyGreeting } from '../../../src/protocol/greeting.ts';
import { signKeySet } from '../../../src/protocol/key-set.ts';
import type { OrderPrivateKey, RootPrivateKey } from '../../../src/protocol/keys.ts';
import { LockdownOrder } from '../../../src/protocol/lockdown.ts';
import { HotlineList } from '../../../src/protocol/messages.ts';
import { USUAL_SETTINGS, verifySettings } from '../../../src/protocol/phone-settings.ts';
import { signCommand, signHotlines, signOrder } from '../../../src/protocol/signing.ts';
import { makePlatformKeys, type TestKeys } from '../../platform-keys.ts';
import { ALL, rootKey, setOf, thumbprintOf } from '../../protocol/keys-of-county.ts';
import { spoken } from '../../protocol/spoken.ts';
import { orderKey, publicOf } from '../../terminal/fleet/phone.ts';
import { startBroker } from '../broker.ts';
import { ALL_RIGHTS, firstTokens, LOOKS } from '../people/machine.ts';
import { siteFile } from '../world.ts';

let [staff, admin] = ['', ''];
const folder = mkdtempSync(join(tmpdir(), 'tierphone-order-routes-'));
let broker: Awaited<ReturnType<typeof startBroker>>;
let platform: Platform;
let keys: TestKeys;
let root: RootPrivateKey;
let officer: OrderPrivateKey;
let ear: MqttClient;
const heard: [topic: string, payload: string][] = [];

beforeAll(async () => {
  broker = await startBroker(0);
  keys = await makePlatformKeys();
  const site = await rootKey();
  [root, officer] = [site.root, await orderKey('lee-4k7q')];
  for (const [name, text] of [
    ['platform', keys.file],
    ['pepper', randomBytes(32)],
    ['root', JSON.stringify(site.known)],
  ] as const)
    writeFileSync(join(folder, name), text);
  const config = PlatformConfig.parse({
    database: { kind: 'embedded', folder: join(folder, 'db') },
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
    http: { port: 0 },
    keys: { platform: join(folder, 'platform'), pepper: join(folder, 'pepper') },
    orders: { county: { root: join(folder, 'root') } },
  });
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  await bringSite(config, Site.parse(siteFile('county')));
  platform = await startPlatform(config, log);
  ({ staff, admin } = await firstTokens(lines.join(), { staff: LOOKS, admin: ALL_RIGHTS }));
  ear = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  ear.on('message', (topic, payload) => heard.push([topic, payload.toString()]));
  await ear.subscribeAsync(['tierphone/v1/county/#'], { qos: 1 });
}, 180_000);
afterAll(async () => {
  await ear?.endAsync();
  await platform?.close();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: object, token = admin) {
  const response = await fetch(`${platform.http?.address}/api/facilities/county${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const lockdown = (change: object = {}) => {
  const at = Date.now();
  return LockdownOrder.parse({
    ...{ scope: { kind: 'facility', facility: 'county' }, state: 'lockdown', mode: 'drop', reason: 'count' },
    ...{ issuer: officer.kid, sequence: at, since: at, until: null, ...change },
  });
};
const wanted = [{ to: 'orders', over: { kind: 'facility' } }];

it('a key is asked for, signed off line, used and revoked, and nothing is believed that is not signed by it', async () => {
  expect((await ask('GET', '/keys')).body).toMatchObject({ sequence: 0, keys: [], requests: [] });
  const wish = { key: publicOf(officer), name: 'Sgt. Lee', wanted };
  expect(await ask('POST', '/keys/requests', wish, staff)).toMatchObject({ status: 403 });
  expect(await ask('POST', '/keys/requests', wish)).toMatchObject({ status: 201 });
  expect((await ask('GET', '/keys', undefined, staff)).body.requests).toMatchObject([
    { name: 'Sgt. Lee', may: wanted, by: 'admin from 127.0.0.1' },
  ]);
  expect(await ask('POST', '/orders', { jws: await signOrder(lockdown(), officer) })).toMatchObject({ status: 409 });

  const forged = await signKeySet(setOf('county', 1, [[officer, ALL]]), (await rootKey()).root);
  expect(await ask('PUT', '/keys', { jws: forged })).toMatchObject({ status: 409 });
  const entries = setOf('county', 1, [[officer, ALL]]);
  const named = { ...entries, keys: entries.keys.map((entry) => ({ ...entry, name: 'Dana Lee' })) };
  const set = await signKeySet(named, root);
  expect(await ask('PUT', '/keys', { jws: set }, staff)).toMatchObject({ status: 403 });
  const taken = await ask('PUT', '/keys', { jws: set });
  expect(taken).toMatchObject({ status: 200, body: { sequence: 1, requests: [], keys: [{ issuer: officer.kid }] } });
  expect(await ask('PUT', '/keys', { jws: set.replace(/.$/, 'x') })).toMatchObject({ status: 409 });

  const jws = await signOrder(lockdown(), officer);
  expect(await ask('POST', '/orders', { jws }, staff)).toMatchObject({ status: 403 });
  const given = await ask('POST', '/orders', { jws });
  expect(given).toMatchObject({ status: 201, body: { topic: 'tierphone/v1/county/lockdown' } });
  await expect.poll(() => heard).toContainEqual(['tierphone/v1/county/lockdown', jws]);
  const stands = { scope: { kind: 'facility', facility: 'county' }, state: 'lockdown', mode: 'drop', reason: 'count' };
  const byWhom = { issuer: officer.kid, by: 'Dana Lee', until: null, since: expect.stringMatching(/Z$/) };
  const ended = lockdown({ scope: { kind: 'unit', facility: 'county', unit: 'A' }, until: Date.now() - 1 });
  expect(await ask('POST', '/orders', { jws: await signOrder(ended, officer) })).toMatchObject({ status: 201 });
  expect((await ask('GET', '/orders', undefined, staff)).body.items).toMatchObject([{ ...stands, ...byWhom }]);
  for (const wrong of [
    'nothing signed',
    jws.replace(/.$/, 'x'),
    await signOrder(lockdown({ sequence: 5, since: 5 }), await orderKey(officer.kid)),
  ])
    expect(await ask('POST', '/orders', { jws: wrong })).toMatchObject({ status: 409 });
  const elsewhere = { scope: { kind: 'facility', facility: 'cedar' } };
  const other = await signOrder(lockdown(elsewhere), officer);
  expect(await ask('POST', '/orders', { jws: other })).toMatchObject({ status: 409 });

  const at = Date.now();
  const cutOff = CommandOrder.parse({
    ...{ facility: 'county', terminal: 't1', command: { type: 'cut-off' }, issuer: officer.kid },
    ...{ sequence: at, at, exp: at + 60_000 },
  });
  const command = await signCommand(cutOff, officer);
  expect(await ask('POST', '/commands', { jws: command })).toMatchObject({ status: 201 });
  await expect.poll(() => heard).toContainEqual(['tierphone/v1/county/terminals/t1/commands', command]);

  const key = await thumbprintOf(officer);
  expect(await ask('POST', `/keys/${key}/revoke`, {})).toMatchObject({ status: 400 });
  const gone = await ask('POST', `/keys/${key}/revoke`, { why: 'telephone stolen' });
  expect(gone).toMatchObject({ status: 200, body: { revoked: [{ thumbprint: key }] } });
  await expect.poll(() => heard.map(([topic]) => topic)).toContain('tierphone/v1/county/keys/revoked');
  const late = await signOrder(lockdown({ state: 'open' }), officer);
  expect(await ask('POST', '/orders', { jws: late })).toMatchObject({ status: 409 });
});

/** Never below the time in seconds, so that a platform that was restored is heard. */
const isRecent = (sequence: number) => sequence >= Math.floor(Date.now() / 1_000) - 600;
const stands = (topic: string) => heard.findLast(([on]) => on === `tierphone/v1/county/${topic}`)?.[1] ?? '';

it("settings of a facility's phones are set by who may, signed by the platform, and put back where somebody else writes", async () => {
  expect((await ask('GET', '/phone-settings', undefined, staff)).body).toEqual({
    ...{ sequence: 0, since: null, settings: null },
  });
  const wanted = { ...USUAL_SETTINGS, pinTries: 5, limit: 600_000 };
  expect(await ask('PUT', '/phone-settings', wanted, staff)).toMatchObject({ status: 403 });
  expect(await ask('PUT', '/phone-settings', { ...wanted, blockDigit: '1' })).toMatchObject({
    ...{ status: 400, body: { detail: expect.stringContaining('each wants a digit of its own') } },
  });
  const first = await ask('PUT', '/phone-settings', wanted);
  expect(first).toMatchObject({ status: 200, body: { sequence: expect.toSatisfy(isRecent) } });
  const second = await ask('PUT', '/phone-settings', { ...wanted, pinTries: 4 });
  const { sequence } = second.body as { sequence: number };
  expect(sequence).toBeGreaterThan((first.body as { sequence: number }).sequence);
  const read = async () => verifySettings(stands('settings'), keys.known.replies).catch(() => null);
  await expect.poll(async () => (await read())?.sequence).toBe(sequence);
  expect(await read()).toMatchObject({ facility: 'county', settings: { pinTries: 4 } });
  const jws = stands('settings');
  await ear.publishAsync('tierphone/v1/county/settings', 'forged', { qos: 1, retain: true });
  await expect.poll(() => heard).toContainEqual(['tierphone/v1/county/settings', 'forged']);
  await expect.poll(() => stands('settings')).toBe(jws);
  expect((await ask('GET', '/phone-settings')).body).toMatchObject({ sequence, settings: { pinTries: 4 } });
});

it('how a facility says its name is set by who may, looked at as sound, signed, put back, and taken away again', async () => {
  const base64 = (sound: Uint8Array) => Buffer.from(sound).toString('base64');
  const sound = base64(spoken(2));
  const nothing = { sequence: 0, since: null, sound: null };
  expect((await ask('GET', '/greeting', undefined, staff)).body).toEqual({
    items: [
      { language: 'en', ...nothing },
      { language: 'es', ...nothing },
    ],
  });
  expect(await ask('PUT', '/greeting/es', { sound }, staff)).toMatchObject({ status: 403 });
  expect(await ask('PUT', '/greeting/fr', { sound })).toMatchObject({ status: 400 });
  for (const [wrong, why] of [
    [base64(spoken(4.2)), /at most 42668 characters|four seconds at most/],
    [base64(new Uint8Array(16_000).fill(0xff)), /nobody is heard/],
    [base64(spoken(2, -45)), /too quiet/],
    [base64(spoken(2, 6)), /cut off/],
    ['RIFF not base64', /sound/],
    [base64(new Uint8Array(45_000)), /sound|too large/i],
  ] as const)
    expect((await ask('PUT', '/greeting/es', { sound: wrong })).body).toMatchObject({
      detail: expect.stringMatching(why),
    });
  const first = await ask('PUT', '/greeting/es', { sound });
  expect(first).toMatchObject({
    ...{ status: 200, body: { language: 'es', sequence: expect.toSatisfy(isRecent), sound } },
  });
  const { sequence } = first.body as { sequence: number };
  const read = async (language = 'es') =>
    verifyGreeting(stands(`greeting/${language}`), keys.known.replies).catch(() => null);
  await expect.poll(read).toMatchObject({ facility: 'county', language: 'es', sequence, sound });
  const jws = stands('greeting/es');
  await ear.publishAsync('tierphone/v1/county/greeting/es', 'forged', { qos: 1, retain: true });
  await expect.poll(() => heard).toContainEqual(['tierphone/v1/county/greeting/es', 'forged']);
  await expect.poll(() => stands('greeting/es')).toBe(jws);
  const taken = await ask('PUT', '/greeting/es', { sound: null });
  const { sequence: second } = taken.body as { sequence: number };
  expect({ status: taken.status, isNewer: second > sequence }).toEqual({ status: 200, isNewer: true });
  await expect.poll(read).toMatchObject({ sequence: second, sound: null });
  expect(stands('greeting/en')).toBe('');
  const { body } = await ask('GET', '/trail?what=greeting.set');
  const told = { seconds: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(body.items).toMatchObject([
    { subject: { language: 'es' }, before: told, after: null },
    { subject: { language: 'es' }, before: null, after: told },
  ]);
});

it('a list of hotlines is taken where a key signed it that may, and an old or a forged one is not', async () => {
  const crisis = { code: '*77', number: '+18005550177', limit: 600_000, hidden: false, privileged: true };
  const list = (sequence: number, key: OrderPrivateKey | RootPrivateKey, facility = 'county') =>
    signHotlines(HotlineList.parse({ facility, sequence, hotlines: [crisis] }), key);
  for (const jws of [await list(1, await orderKey('nobody')), await list(1, root, 'cedar'), 'not signed'])
    expect(await ask('PUT', '/hotlines', { jws })).toMatchObject({ status: 409 });
  const jws = await list(1, root);
  expect(await ask('PUT', '/hotlines', { jws }, staff)).toMatchObject({ status: 403 });
  expect(await ask('PUT', '/hotlines', { jws })).toMatchObject({ status: 200, body: { sequence: 1 } });
  await expect.poll(() => stands('hotlines')).toBe(jws);
  expect(await ask('PUT', '/hotlines', { jws: await list(1, root) })).toMatchObject({ status: 200 });
  expect((await ask('GET', '/hotlines', undefined, staff)).body).toEqual({ sequence: 1, hotlines: [crisis] });
});
