import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A broker on a port of its own that can be killed and started again. */
export interface Broker {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Resolves when something listens on the port. */
export async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = new Socket().on('error', () => undefined);
    const answer = await new Promise<boolean>((resolve) => {
      socket.connect(port, '127.0.0.1', () => resolve(true)).once('close', () => resolve(false));
    });
    socket.destroy();
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The broker that is embedded in the quick start. Killed, it forgets everything. */
export async function aedes(): Promise<Broker> {
  const port = await freePort();
  let server: Server;
  let broker: Aedes;
  const sockets = new Set<Socket>();
  const start = async () => {
    broker = await Aedes.createBroker();
    server = createServer((socket) => {
      sockets.add(socket.on('close', () => sockets.delete(socket)));
      broker.handle(socket);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const kill = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => broker.close(resolve));
  };
  await start();
  return { url: `mqtt://127.0.0.1:${port}`, start, kill };
}

/** Debian's Mosquitto with its defaults, anonymous. Killed, it forgets everything. */
export async function mosquitto(): Promise<Broker> {
  const port = await freePort();
  let child: ChildProcess;
  const start = async () => {
    child = spawn('mosquitto', ['-p', String(port)], { stdio: 'ignore' });
    await listening(port);
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return { url: `mqtt://127.0.0.1:${port}`, start, kill };
}
