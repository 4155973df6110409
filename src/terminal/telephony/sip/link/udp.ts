import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Peer } from '../config.ts';
import type { Link, LinkListener } from './link.ts';

/** Bytes that may wait to be read. */
const QUEUE = 1_048_576;

/** Binds one socket to send and receive (symmetric signalling, RFC 3581). Rejects where the port is taken. */
export async function openUdp(local: Peer, listener: LinkListener): Promise<Link> {
  const socket = createSocket(isIPv6(local.address) ? 'udp6' : 'udp4');
  socket.bind(local.port, local.address);
  await once(socket, 'listening');
  // What a call says must not find the queue full of a flood; the system gives as much as it allows.
  socket.setRecvBufferSize(QUEUE);
  socket.on('message', (data, from) =>
    listener.message(data.toString('latin1'), { address: from.address, port: from.port }),
  );
  socket.on('error', (error) => listener.fault(error));
  const bound = socket.address();
  return {
    protocol: 'UDP',
    reliable: false,
    local: { address: bound.address, port: bound.port },
    send: (text, to) => send(socket, text, to),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function send(socket: Socket, text: string, to: Peer): Promise<void> {
  return new Promise((resolve, reject) => {
    try {
      socket.send(Buffer.from(text, 'latin1'), to.port, to.address, (error) => (error ? reject(error) : resolve()));
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** The local address from which `to` is reached: a connected UDP socket tells it without sending anything. */
export async function addressTowards(to: Peer): Promise<string> {
  const socket = createSocket(isIPv6(to.address) ? 'udp6' : 'udp4');
  try {
    // Port 0 cannot be connected to; any other port routes alike.
    socket.connect(to.port || 5060, to.address);
    await once(socket, 'connect');
    return socket.address().address;
  } finally {
    socket.close();
  }
}
