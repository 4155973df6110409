import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bringSite } from '../../sim/world/bring-site.ts';
import { PlatformConfig } from '../../src/platform/config.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../src/platform/main.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin } from '../../src/protocol/sealing.ts';
import type { Instant } from '../../src/protocol/units.ts';
import { makePlatformKeys, type TestKeys } from '../platform-keys.ts';
import { startBroker } from './broker.ts';
import { openTerminal } from './terminal.ts';
import { asker, newCall, recordOf, siteFile } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tierphone-platform-'));
const log = pino({ level: 'silent' });
const who = asker('cedar');
let broker: Awaited<ReturnType<typeof startBroker>>;
let platform: Platform;
let config: PlatformConfig;
let keys: TestKeys;

beforeAll(async () => {
  broker = await startBroker(0);
  keys = await makePlatformKeys();
  writeFileSync(join(folder, 'platform'), keys.file);
  writeFileSync(join(folder, 'pepper'), randomBytes(32));
  config = PlatformConfig.parse({
    database: { kind: 'embedded', folder: join(folder, 'db') },
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
    http: { port: 0 },
    keys: { platform: join(folder, 'platform'), pepper: join(folder, 'pepper') },
  });
  await bringSite(config, Site.parse(siteFile('cedar')));
  platform = await startPlatform(config, log);
}, 180_000);
afterAll(async () => {
  await platform?.close();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function callOnce(): Promise<string> {
  const terminal = await openTerminal(`mqtt://127.0.0.1:${broker.port}`, who, keys.known);
  const call = newCall();
  const sealedPin = await sealPin(new Pin('12345937'), keys.known.sealing, { call, terminal: who.terminal });
  expect(await terminal.ask({ type: 'identify', call, sealedPin })).toMatchObject({ result: 'known' });
  expect(await terminal.ask({ type: 'authorise', call, dialled: '2025550123' })).toMatchObject({ result: 'granted' });
  const record = recordOf(who, call, 60_000, Date.now() as Instant);
  expect(await terminal.record(record)).toMatchObject({ result: 'stored', call });
  await terminal.close();
  return call;
}

it('answers a terminal through the broker, and keeps its record', async () => {
  const call = await callOnce();
  expect(await platform.ledger(10)).toMatchObject([{ record: { call }, charged: 60_000 }]);
  const health = await fetch(`${platform.http?.address}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok', broker: 'up', database: 'up' });
});

it('comes back by itself when the broker does', async () => {
  const health = async () => (await (await fetch(`${platform.http?.address}/health`)).json()) as { broker: string };
  const { port } = broker;
  await broker.stop();
  await expect.poll(async () => (await health()).broker, { timeout: 30_000 }).toBe('down');
  broker = await startBroker(port);
  await expect.poll(async () => (await health()).broker, { timeout: 60_000 }).toBe('up');
  const call = await callOnce();
  expect((await platform.ledger(1))[0]).toMatchObject({ record: { call } });
});

it('is refused a folder that another has, by name, and has all it knew after a restart', async () => {
  await expect(startPlatform(config, log)).rejects.toThrow(`${join(folder, 'db')} is in use by process ${process.pid}`);
  const before = await platform.ledger(10);
  await platform.close();
  platform = await startPlatform(config, log);
  expect(await platform.ledger(10)).toEqual(before);
  await callOnce();
});

it('does not start without a key of voiceprints where a facility asks for voices', async () => {
  const voices = Site.parse(
    siteFile('cedar', (written) => {
      written.facility.voice = { enrol: 'invited', refused: 'flag', unjudged: 'flag' };
    }),
  );
  await platform.close();
  await bringSite(config, voices);
  await expect(startPlatform(config, log)).rejects.toThrow(/facility cedar asks .*keys.voiceprints must name the file/);
  writeFileSync(join(folder, 'voiceprints'), randomBytes(32));
  const keyed = { ...config, keys: { ...config.keys, voiceprints: join(folder, 'voiceprints') } };
  platform = await startPlatform(keyed, log);
  const terminal = await openTerminal(`mqtt://127.0.0.1:${broker.port}`, who, keys.known);
  const call = newCall();
  const sealedPin = await sealPin(new Pin('12345937'), keys.known.sealing, { call, terminal: who.terminal });
  expect(await terminal.ask({ type: 'identify', call, sealedPin })).toMatchObject({ voice: { do: 'enrol' } });
  await terminal.close();
});
