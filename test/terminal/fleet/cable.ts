import { once } from 'node:events';
import { createServer, Socket } from 'node:net';

/** A cable to a broker: what a terminal connects to, and what can be pulled while the broker runs on. */
export interface Cable {
  readonly url: string;
  /** Cuts what goes through it, without a word; `stays`: the next connection gets through again. */
  pull(stays: boolean): void;
  plug(): void;
  close(): Promise<void>;
}

/** Lays a cable to the broker at `url`, plugged in. */
export async function layCable(url: string): Promise<Cable> {
  const sockets = new Set<Socket>();
  let plugged = true;
  const server = createServer((near) => {
    if (!plugged) return near.destroy();
    const far = new Socket().connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `mqtt://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    pull(stays) {
      plugged = stays;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    plug() {
      plugged = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
