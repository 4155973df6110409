import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { Phone, REPORT } from './phone.ts';

afterEach(() => vi.useRealTimers());

it('a phone without a broker tries it anew when the handset is lifted, however long it would have waited', async () => {
  let tries = 0;
  const server = createServer((socket) => {
    tries += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const phone = await Phone.make();
  // No pause ends.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await phone.start(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const lift = async (before: number) => {
    // Until it is known that the try before has failed a lift changes nothing.
    while (tries === before) {
      phone.fleet.report({ ...REPORT, hook: 'on' });
      phone.fleet.report({ ...REPORT, hook: 'off' });
      await turn();
    }
  };
  while (tries === 0) await turn();
  await lift(1);
  await lift(2);
  expect(tries).toBe(3);
  for (let n = 0; n < 1_000; n++) {
    phone.fleet.report({ ...REPORT, hook: 'off', phase: 'pin' });
    await turn();
  }
  expect(tries).toBe(3);
  vi.useRealTimers();
  await phone.remove();
  server.close();
});
