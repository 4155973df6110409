import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';

/** Pairs of ports that are tried: about every second fails at an odd port, and few at a neighbour that is taken. */
const TRIES = 64;

/** Sockets for RTP, on an even port, and for RTCP on the port after it (RFC 3550 section 11). */
export interface SocketPair {
  rtp: Socket;
  rtcp: Socket;
}

/** Binds a free pair of ports of `address`. Rejects where the address is none of ours or no pair is free. */
export async function bindPair(address: string): Promise<SocketPair> {
  const family = isIP(address);
  if (family === 0) throw new Error(`RTP: ${address} is not an IP address`);
  const type = family === 6 ? 'udp6' : 'udp4';
  for (let tries = 0; tries < TRIES; tries++) {
    const rtp = await bind(address, type, 0).catch((cause: Error) => {
      throw new Error(`RTP: no port on ${address}: ${cause.message}`);
    });
    const { port } = rtp.address();
    const rtcp = port % 2 === 0 ? await bind(address, type, port + 1).catch(() => null) : null;
    if (rtcp) return { rtp, rtcp };
    rtp.close();
  }
  throw new Error(`RTP: no pair of ports on ${address} in ${TRIES} tries`);
}

function bind(address: string, type: 'udp4' | 'udp6', port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Only IP addresses are sent to: there is nothing to look up.
    const socket = createSocket({
      type,
      lookup: (host, _options, found) => found(null, host, type === 'udp6' ? 6 : 4),
    });
    socket.once('error', (cause) => {
      socket.close();
      reject(cause);
    });
    socket.bind(port, address, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
