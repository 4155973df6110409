import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { Counters } from '../../../src/platform/counters.ts';
import { Connection } from '../../../src/platform/link/connection.ts';
import type { Inbox } from '../../../src/platform/link/inbox.ts';
import { Watching } from '../../../src/platform/link/watching.ts';
import { noKeeper } from './no-keeper.ts';
import { servingAll } from './serving.ts';

/** An MQTT 3.1.1 string: its length, then its bytes. */
const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];
const packet = (first: number, body: number[]): Buffer => Buffer.from([first, body.length, ...body]);

/** A broker that takes everything and acknowledges no answer. */
async function silentBroker() {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      // Several packets may come at once, each with its length: here one byte, or two.
      for (let rest = bytes; rest.length > 2; ) {
        const [first = 0, low = 0, high = 0] = rest;
        const [head, length] = low < 128 ? [2, low] : [3, low - 128 + high * 128];
        const id = [...rest.subarray(head, head + 2)];
        if (first >> 4 === 1) socket.write(packet(0x20, [0, 0]));
        if (first >> 4 === 8) {
          socket.write(packet(0x90, [...id, 1, 1]));
          socket.write(packet(0x32, [...text('tierphone/v1/f/terminals/t/requests'), 0, 1, 120]));
        }
        rest = rest.subarray(head + length);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

it('a link is closed though the broker never acknowledges the last answer', async () => {
  const broker = await silentBroker();
  const { mqtt } = PlatformConfig.parse({
    database: { kind: 'embedded', folder: '-' },
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
    keys: { platform: '-', pepper: '-' },
  });
  let answered = 0;
  const inbox: Pick<Inbox, 'receive'> = {
    receive: async (topic) => {
      answered += 1;
      return { topic: topic.replace(/\w+$/, 'replies'), payload: 'answer' };
    },
  };
  const counters = new Counters();
  const ends = { inbox, keeper: await noKeeper(counters), leases: servingAll('f'), watching: new Watching() };
  const connection = new Connection(mqtt, ends, counters, pino({ level: 'silent' }));
  await expect.poll(() => answered, { timeout: 20_000 }).toBe(1);
  await connection.close();
  broker.close();
});
