import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes, type Subscription } from 'aedes';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Counters } from '../../../src/platform/counters.ts';
import { Connection } from '../../../src/platform/link/connection.ts';
import type { Inbox } from '../../../src/platform/link/inbox.ts';
import { Watching } from '../../../src/platform/link/watching.ts';
import { noKeeper } from './no-keeper.ts';
import { servingAll } from './serving.ts';

const REQUESTS = 'tierphone/v1/f/terminals/+/requests';
const RECORDS = 'tierphone/v1/f/terminals/+/records';

/** What this user may read. */
const rights = new Set<string>();
let aedes: Aedes;
const server = createServer((socket) => aedes.handle(socket));
let connects = 0;

beforeAll(async () => {
  aedes = await Aedes.createBroker({
    authorizeSubscribe: (_, subscription: Subscription, done) =>
      done(null, rights.has(subscription.topic) ? subscription : null),
  });
  aedes.on('client', () => (connects += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  await new Promise<void>((resolve) => aedes.close(resolve));
  server.close();
});

it('a right that is missing is told once by name, counted, tried for again, and used when it is given', async () => {
  const told: { level: number; msg: string }[] = [];
  const log = pino({ base: null }, { write: (line) => void told.push(JSON.parse(line)) });
  const heard: string[] = [];
  const inbox: Pick<Inbox, 'receive'> = {
    receive: async (topic) => {
      heard.push(topic);
      return { topic: topic.replace(/\w+$/, 'replies'), payload: 'answer' };
    },
  };
  const { mqtt } = PlatformConfig.parse({
    database: { kind: 'embedded', folder: '-' },
    mqtt: { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` },
    keys: { platform: '-', pepper: '-' },
  });
  const counters = new Counters();
  const replies: string[] = [];
  aedes.on('publish', ({ topic }) => {
    if (topic.endsWith('/replies')) replies.push(topic);
  });
  rights.add(RECORDS);

  const ends = { inbox, keeper: await noKeeper(counters), leases: servingAll('f'), watching: new Watching() };
  const connection = new Connection(mqtt, ends, counters, log);
  await connection.settled();
  await expect.poll(() => counters.all().denied ?? 0, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
  expect(connection.isUp).toBe(false);
  const errors = told.filter(({ level }) => level >= 40);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.msg).toContain(`denies this user ${REQUESTS}`);
  expect(errors[0]?.msg).toContain('tierphone account platform');
  expect(errors[0]?.msg).not.toContain(RECORDS);

  // What is allowed goes on meanwhile.
  const publish = (topic: string) =>
    new Promise((done) =>
      aedes.publish({ cmd: 'publish', topic, payload: 'x', qos: 1, retain: false, dup: false }, done),
    );
  await publish('tierphone/v1/f/terminals/t/records');
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['tierphone/v1/f/terminals/t/records']);
  await expect.poll(() => replies, { timeout: 20_000 }).toEqual(['tierphone/v1/f/terminals/t/replies']);

  rights.add(REQUESTS);
  await expect.poll(() => connection.isUp, { timeout: 60_000 }).toBe(true);
  await publish('tierphone/v1/f/terminals/t/requests');
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
  expect(connects).toBe(1);
  await connection.close();
});
