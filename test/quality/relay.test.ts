import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { until } from '../interop/peers/program.ts';
import { fates } from './impairment.ts';
import { openRelay, type Relay } from './relay.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function end(): Promise<{ socket: Socket; port: number; got: { data: number; from: number }[] }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  const got: { data: number; from: number }[] = [];
  socket.on('message', (data, from) => got.push({ data: data.readUInt32BE(0), from: from.port }));
  return { socket, port: socket.address().port, got };
}

async function sendAll(from: Socket, port: number, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const data = Buffer.alloc(4);
    data.writeUInt32BE(n);
    await new Promise<void>((resolve, reject) =>
      from.send(data, port, '127.0.0.1', (cause) => (cause ? reject(cause) : resolve())),
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function relayTo(port: number, ways: Parameters<typeof openRelay>[1]): Promise<Relay> {
  const relay = await openRelay(port, ways);
  closers.push(() => relay.close());
  return relay;
}

test('both ends hear each other, and no one else, over it', async () => {
  const [a, b] = [await end(), await end()];
  const relay = await relayTo(b.port, {});
  await sendAll(a.socket, relay.near, 3);
  await until('there', () => b.got.length === 3);
  expect(b.got).toEqual([0, 1, 2].map((data) => ({ data, from: relay.far })));
  await sendAll(b.socket, relay.far, 2);
  await until('back', () => a.got.length === 2);
  expect(a.got).toEqual([0, 1].map((data) => ({ data, from: relay.near })));
});

test('two relays of one seed lose and double the same packets', async () => {
  const impairment = { loss: { rate: 0.2, burst: 3 }, duplicate: 0.1, jitter: { shape: 'uniform', most: 15 } } as const;
  const wanted = Array.from({ length: 150 }, (_, n) => fates(impairment, 5)(n).map(() => n)).flat();
  const mouth = await end();
  for (const ear of [await end(), await end()]) {
    const relay = await relayTo(ear.port, { there: fates(impairment, 5) });
    await sendAll(mouth.socket, relay.near, 150);
    await until('all', () => ear.got.length === wanted.length);
    expect(ear.got.map(({ data }) => data).sort((x, y) => x - y)).toEqual(wanted);
    expect(relay.there).toMatchObject({ came: 150, lost: 150 - new Set(wanted).size });
  }
});

test('what is held back comes in the order of its time', async () => {
  const [a, b] = [await end(), await end()];
  const relay = await relayTo(b.port, { there: (n) => [300 - 30 * n] });
  await sendAll(a.socket, relay.near, 10);
  await until('all', () => b.got.length === 10);
  expect(b.got.map(({ data }) => data)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
});

test('closed, it sends nothing more', async () => {
  const [a, b] = [await end(), await end()];
  const relay = await openRelay(b.port, { there: () => [50] });
  await sendAll(a.socket, relay.near, 5);
  await until('all came', () => relay.there.came === 5);
  relay.close();
  const other = await relayTo(b.port, {});
  await sendAll(a.socket, other.near, 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(b.got).toHaveLength(1);
});
