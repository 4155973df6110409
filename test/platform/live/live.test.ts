import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bringSite } from '../../../sim/world/bring-site.ts';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../../src/platform/main.ts';
import type { LiveEvent, LivePhone } from '../../../src/protocol/api/live.ts';
import { OPEN } from '../../../src/protocol/lockdown.ts';
import type { TerminalStatus } from '../../../src/protocol/messages.ts';
import { Pin } from '../../../src/protocol/pin.ts';
import { sealPin } from '../../../src/protocol/sealing.ts';
import { terminalTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, Instant, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { makePlatformKeys, type TestKeys } from '../../platform-keys.ts';
import { startBroker } from '../broker.ts';
import { ALL_RIGHTS, firstTokens } from '../people/machine.ts';
import { openTerminal } from '../terminal.ts';
import { asker, newCall, recordOf, siteFile } from '../world.ts';
import { listen } from './listening.ts';

let admin = '';
const folder = mkdtempSync(join(tmpdir(), 'tierphone-live-'));
const who = asker('cedar');
let broker: Awaited<ReturnType<typeof startBroker>>;
let platform: Platform;
let keys: TestKeys;
let phone: Awaited<ReturnType<typeof connectAsync>>;

beforeAll(async () => {
  broker = await startBroker(0);
  keys = await makePlatformKeys();
  writeFileSync(join(folder, 'platform'), keys.file);
  writeFileSync(join(folder, 'pepper'), randomBytes(32));
  const config = PlatformConfig.parse({
    database: { kind: 'embedded', folder: join(folder, 'db') },
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
    http: { port: 0 },
    keys: { platform: join(folder, 'platform'), pepper: join(folder, 'pepper') },
  });
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  await bringSite(config, Site.parse(siteFile('cedar')));
  platform = await startPlatform(config, log);
  ({ admin } = await firstTokens(lines.join(), { admin: ALL_RIGHTS }));
  phone = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
}, 180_000);
afterAll(async () => {
  await phone?.endAsync();
  await platform?.close();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const look = (facility = 'cedar', token = admin) =>
  listen(`${platform.http?.address}/api/facilities/${facility}/live`, { authorization: `Bearer ${token}` });

const STATUS = {
  ...{ online: true, birth: 5, unit: UnitId.parse('A'), hook: 'off', phase: 'talking', call: null, lockdown: OPEN },
  ...{ registration: 'registered', faults: [], version: '1', orders: {}, counters: {}, recordsWaiting: 0 },
} satisfies TerminalStatus;

const say = (status: TerminalStatus, terminal: string = who.terminal, at = Date.now()) =>
  phone.publishAsync(
    terminalTopic(FacilityId.parse('cedar'), TerminalId.parse(terminal), 'status'),
    JSON.stringify({ v: 1, id: randomUUID(), at, body: status }),
    { qos: 1, retain: true },
  );

const phonesIn = (event: LiveEvent): readonly LivePhone[] => ('phones' in event ? event.phones : []);
const ofPhone = (is: (phone: LivePhone) => boolean) => (event: LiveEvent) =>
  phonesIn(event).some((told) => told.terminal === who.terminal && is(told));

it('tells all phones that ought to be there, then each as it changes, with what is known of its call', async () => {
  const terminal = await openTerminal(`mqtt://127.0.0.1:${broker.port}`, who, keys.known);
  const live = await look();
  expect(live.response.headers.get('content-type')).toBe('text/event-stream');
  const all = await live.next(({ type }) => type === 'all');
  expect(phonesIn(all).length).toBeGreaterThan(1);
  expect(phonesIn(all)[0]).toMatchObject({ online: null, phase: null, call: null });

  const call = newCall();
  await say({ ...STATUS, phase: 'pin', call });
  const pin = phonesIn(await live.next(ofPhone(({ phase }) => phase === 'pin')));
  expect(pin).toMatchObject([{ online: true, call: { call, caller: null, number: null } }]);

  const sealedPin = await sealPin(new Pin('12345937'), keys.known.sealing, { call, terminal: who.terminal });
  await terminal.ask({ type: 'identify', call, sealedPin });
  await terminal.ask({ type: 'authorise', call, dialled: '2025550123' });
  const [accepted, ends] = [Instant.parse(1_800_000_000_000), Instant.parse(1_800_000_900_000)];
  await say({ ...STATUS, call, talk: { accepted, ends, mos: 4.5 } });
  const talking = phonesIn(await live.next(ofPhone(({ mos }) => mos === 4.5)));
  expect(talking).toMatchObject([
    {
      phase: 'talking',
      call: {
        ...{ caller: 'doe', name: 'John Doe', number: '+12025550123', pays: 'prepaid', rate: '0.06' },
        ...{ accepted: '2027-01-15T08:00:00.000Z', ends: '2027-01-15T08:15:00.000Z' },
      },
    },
  ]);

  const failed = [{ part: 'sound' as const, detail: 'no sound card is there', remedy: null }];
  await say({ ...STATUS, call, test: { ended: accepted, by: 'claim', verdict: 'failed', failed } });
  expect(phonesIn(await live.next(ofPhone(({ test }) => test !== null)))).toMatchObject([
    { test: { ended: '2027-01-15T08:00:00.000Z', by: 'claim', verdict: 'failed', failed } },
  ]);

  await say({ ...STATUS, hook: 'off', phase: 'ended', call, ending: 'cut-off' });
  expect(phonesIn(await live.next(ofPhone(({ phase }) => phase === 'ended')))).toMatchObject([{ ending: 'cut-off' }]);
  const second = await look();
  expect(phonesIn(await second.next(({ type }) => type === 'all'))).toContainEqual(
    expect.objectContaining({ terminal: who.terminal, phase: 'ended' }),
  );
  await second.close();
  await live.close();
  await terminal.close();
});

it('shows neither what cannot be read, nor a place that nobody made, nor an earlier life of a phone', async () => {
  const live = await look();
  await say({ ...STATUS, phase: 'idle', hook: 'on' }, 'of-nobody');
  await say({ ...STATUS, birth: 9, phase: 'language' });
  await live.next(ofPhone(({ phase }) => phase === 'language'));
  await say({ ...STATUS, birth: 8, phase: 'number' });
  const topic = terminalTopic(FacilityId.parse('cedar'), who.terminal, 'status');
  await phone.publishAsync(topic, '{"torn', { qos: 1 });
  await phone.publishAsync(topic, Buffer.alloc(65_000, 'x'), { qos: 1 });
  const health = async () => (await (await fetch(`${platform.http?.address}/health`)).json()) as object;
  await expect.poll(health).toMatchObject({ counters: { status: expect.any(Number) } });
  await say({ ...STATUS, birth: 9, phase: 'greeting' });
  await live.next(ofPhone(({ phase }) => phase === 'greeting'));
  expect(live.events).toEqual([]);
  const told = phonesIn(await (await look()).next(({ type }) => type === 'all'));
  expect(told.map(({ terminal }) => terminal)).not.toContain('of-nobody');
  await live.close();
});

it('tells who did not obey an order', async () => {
  const live = await look();
  await live.next(({ type }) => type === 'all');
  await phone.publishAsync(
    terminalTopic(FacilityId.parse('cedar'), who.terminal, 'events'),
    JSON.stringify({
      ...{ v: 1, id: randomUUID(), at: Date.now() },
      body: { type: 'order-refused', topic: 'tierphone/v1/cedar/lockdown', reason: 'replayed' },
    }),
    { qos: 1 },
  );
  expect(await live.next(({ type }) => type === 'order-refused')).toMatchObject({
    terminal: who.terminal,
    reason: 'replayed',
  });
  await live.close();
});

it('is for nobody without a token', async () => {
  expect((await look('cedar', 'a-token-of-nobody')).response.status).toBe(401);
});

it('tells how many alerts are open, and the last of them, as soon as it is otherwise', async () => {
  const live = await look();
  expect(await live.next(({ type }) => type === 'alerts')).toMatchObject({ open: 0, latest: null });
  const terminal = await openTerminal(`mqtt://127.0.0.1:${broker.port}`, who, keys.known);
  await terminal.record(recordOf(who, newCall(), 60_000, Date.now() as Instant));
  await terminal.close();
  const told = await live.next((event) => event.type === 'alerts' && event.open === 1);
  expect(told).toMatchObject({ latest: { kind: 'record-without-session', place: who.terminal, times: 1 } });
  const id = told.type === 'alerts' ? told.latest?.id : null;
  const done = await fetch(`${platform.http?.address}/api/facilities/cedar/alerts/${id}/acknowledge`, {
    ...{ method: 'POST', body: '{}' },
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
  });
  expect(done.status).toBe(200);
  await live.next((event) => event.type === 'alerts' && event.open === 0);
  await live.close();
});
