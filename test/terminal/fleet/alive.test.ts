import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../sim/world/broker.ts';
import { Connection } from '../../../src/terminal/fleet/connection.ts';

const MINUTE = 60_000;
const log = pino({ level: 'silent' });
let broker: Broker | null = null;
let connection: Connection;
afterEach(async () => {
  await connection.close();
  await broker?.close();
  broker = null;
});

/** A link to a broker at `port`; resolves when it has changed to `state`, if one is given. */
async function link(port: number, receive: () => Promise<void> = async () => undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    connection = new Connection({
      url: `mqtt://127.0.0.1:${port}`,
      username: 'B-1',
      password: 't',
      clientId: 'terminal/pine-river/B-1',
      topics: ['tierphone/v1/pine-river/terminals/B-1/status'],
      will: () => ({ topic: 'tierphone/v1/pine-river/terminals/B-1/status', payload: '{}' }),
      receive,
      changed: (state) => state === 'up' && resolve(),
      log,
    });
    if (port === 9) resolve();
  });
}
const opened = async () => {
  broker = await startBroker({ platform: 'p', staff: 's', terminals: 't' });
  return broker.port;
};

test('a broker that is down leaves the link alive, however long: it tries on', async () => {
  await link(9);
  for (let n = 0; n < 20; n++) {
    await connection.alive();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test('a link whose client does nothing any more is stuck, connected or not', async () => {
  await link(await opened());
  await connection.alive();
  // Nothing was heard for a minute, nor was it given up: the client's own limit is 22 s.
  await expect(connection.alive(performance.now() + MINUTE)).rejects.toThrow(/^silent for \d+ s too long$/);
});

test('a message that is never dealt with makes it stuck', async () => {
  await link(await opened(), () => new Promise(() => {}));
  await connection.publish('tierphone/v1/pine-river/terminals/B-1/status', '{}');
  const stuck = () =>
    connection.alive(performance.now() + MINUTE / 2 + 1_000).then(
      () => '',
      (error: Error) => error.message,
    );
  const end = Date.now() + 20_000;
  while ((await stuck()) !== 'a message is not dealt with' && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await stuck()).toBe('a message is not dealt with');
});
