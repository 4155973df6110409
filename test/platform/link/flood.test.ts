import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Counters } from '../../../src/platform/counters.ts';
import { Connection } from '../../../src/platform/link/connection.ts';
import type { Inbox } from '../../../src/platform/link/inbox.ts';
import { Watching } from '../../../src/platform/link/watching.ts';
import { startBroker } from '../broker.ts';
import { noKeeper } from './no-keeper.ts';
import { servingAll } from './serving.ts';

it('a phone that floods is heard no more than a phone may be, in few lines, and another is answered', async () => {
  const broker = await startBroker(0);
  const told: { level: number; topic?: string; untold?: number }[] = [];
  const log = pino({ base: null }, { write: (line) => void told.push(JSON.parse(line)) });
  const heard = { loud: 0, quiet: 0 };
  const inbox: Pick<Inbox, 'receive'> = {
    receive: async (topic) => {
      heard[topic.includes('/loud/') ? 'loud' : 'quiet']++;
      return { topic: topic.replace(/\w+$/, 'replies'), payload: 'answer' };
    },
  };
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const { mqtt } = PlatformConfig.parse({
    database: { kind: 'embedded', folder: '-' },
    // So slow that no second of a busy machine gives the flood another.
    mqtt: { url, requests: { burst: 100, perSecond: 0.01 } },
    keys: { platform: '-', pepper: '-' },
  });
  const counters = new Counters();
  const ends = { inbox, keeper: await noKeeper(counters), leases: servingAll('f'), watching: new Watching() };
  const connection = new Connection(mqtt, ends, counters, log);
  await expect.poll(() => connection.isUp, { timeout: 20_000 }).toBe(true);
  const phones = await connectAsync(url);
  const replies: string[] = [];
  phones.on('message', (topic) => void replies.push(topic));
  await phones.subscribeAsync('tierphone/v1/f/terminals/quiet/replies', { qos: 1 });

  const started = performance.now();
  const flood = Array.from({ length: 3_000 }, () =>
    phones.publishAsync('tierphone/v1/f/terminals/loud/requests', 'x', { qos: 1 }),
  );
  await phones.publishAsync('tierphone/v1/f/terminals/quiet/requests', 'x', { qos: 1 });
  await expect.poll(() => replies, { timeout: 20_000 }).toHaveLength(1);
  await Promise.all(flood);
  await expect.poll(() => counters.all().flood, { timeout: 20_000 }).toBe(2_900);
  const seconds = (performance.now() - started) / 1_000;
  expect(heard).toEqual({ loud: 100, quiet: 1 });
  const lines = told.filter(({ topic }) => topic?.endsWith('/loud'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(1 + seconds);
  // Its records are another matter: they are kept for it until they are confirmed.
  await phones.publishAsync('tierphone/v1/f/terminals/loud/records', 'x', { qos: 1 });
  await expect.poll(() => heard.loud, { timeout: 20_000 }).toBe(101);
  await phones.endAsync();
  await connection.close();
  await broker.stop();
});
