import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';

/** Even ports are asked for this often (RFC 3550 section 11); then any will do. */
const TRIES = 8;

/**
 * A UDP socket for RTP on a free port of `address`, even where one can be had.
 * Rejects where the address is none of ours or no port is free.
 */
export async function bindRtp(address: string): Promise<Socket> {
  const family = isIP(address);
  if (family === 0) throw new Error(`RTP: ${address} is not an IP address`);
  for (let tries = 1; ; tries++) {
    const socket = await bind(address, family === 6 ? 'udp6' : 'udp4');
    if (socket.address().port % 2 === 0 || tries === TRIES) return socket;
    socket.close();
  }
}

function bind(address: string, type: 'udp4' | 'udp6'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Only IP addresses are sent to: there is nothing to look up.
    const socket = createSocket({
      type,
      lookup: (host, _options, found) => found(null, host, type === 'udp6' ? 6 : 4),
    });
    socket.once('error', (cause) => {
      socket.close();
      reject(new Error(`RTP: no port on ${address}: ${cause.message}`));
    });
    socket.bind(0, address, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
