import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlatformConfig } from '../../src/platform/config.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../src/platform/main.ts';
import { type PlatformRequest, ReplyMessage } from '../../src/protocol/messages.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin } from '../../src/protocol/sealing.ts';
import { terminalTopic } from '../../src/protocol/topics.ts';
import type { Instant } from '../../src/protocol/units.ts';
import { asker, newCall, recordOf, siteFile } from './world.ts';

/** An MQTT broker that can be switched off and on again on its port. */
async function startBroker(port: number) {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => aedes.close(() => resolve(null)));
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

const folder = mkdtempSync(join(tmpdir(), 'tierphone-platform-'));
const log = pino({ level: 'silent' });
const who = asker('cedar');
let broker: Awaited<ReturnType<typeof startBroker>>;
let platform: Platform;
let config: PlatformConfig;
let seal: JWK;

beforeAll(async () => {
  broker = await startBroker(0);
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  seal = await exportJWK(publicKey);
  writeFileSync(join(folder, 'sealing'), JSON.stringify(await exportJWK(privateKey)));
  writeFileSync(join(folder, 'pepper'), randomBytes(32));
  config = PlatformConfig.parse({
    database: { kind: 'embedded', folder: join(folder, 'db') },
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
    http: { port: 0 },
    keys: { sealing: join(folder, 'sealing'), pepper: join(folder, 'pepper') },
  });
  platform = await startPlatform(config, log);
  await platform.import(Site.parse(siteFile('cedar')));
}, 180_000);
afterAll(async () => {
  await platform?.close();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A terminal as the broker sees one: asks, and waits for the answer to what it asked. */
async function openTerminal() {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
  const waiting = new Map<string, (reply: ReplyMessage['body']) => void>();
  client.on('message', (_, payload) => {
    const { re, body } = ReplyMessage.parse(JSON.parse(payload.toString()));
    waiting.get(re)?.(body);
  });
  await client.subscribeAsync(terminalTopic(who.facility, who.terminal, 'replies'), { qos: 1 });
  const send = async (channel: 'requests' | 'records', body: unknown, more: object) => {
    const id = randomUUID();
    const reply = new Promise<ReplyMessage['body']>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ v: 1, id, at: Date.now(), ...more, body });
    await client.publishAsync(terminalTopic(who.facility, who.terminal, channel), message, { qos: 1 });
    return reply;
  };
  return {
    ask: (body: PlatformRequest) => send('requests', body, { exp: Date.now() + 60_000 }),
    record: (body: object) => send('records', body, {}),
    close: () => client.endAsync(),
  };
}

async function callOnce(): Promise<string> {
  const terminal = await openTerminal();
  const call = newCall();
  const sealedPin = await sealPin(new Pin('12345678'), seal, { call, terminal: who.terminal });
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
