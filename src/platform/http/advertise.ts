import mdns from 'multicast-dns';
import type { Logger } from 'pino';
import { SERVICE, URL_KEY } from '../../protocol/discovery.ts';

/** How long who has heard it may believe it, s (RFC 6762 10). */
const LIFE = 120;
/** Who asks more often than this is not answered, ms: an answer goes to all (RFC 6762 6). */
const SELDOM = 1_000;

/** What is under way on the network; `close` takes back what was said. */
interface Advertised {
  close(): Promise<void>;
}

/**
 * Tells phones that are new on this network where the platform is, by multicast DNS (RFC 6762, 6763). It says no more than the address: who
 * hears it does not believe it before people have compared what is said in the handset. A network that does not let it is told of, and no fault.
 */
export function advertise(url: string, fingerprint: string, log: Logger, network: mdns.Options = {}): Advertised {
  const socket = mdns(network);
  const { hostname, port, protocol } = new URL(url);
  const instance = `${fingerprint}.${SERVICE}`;
  const records = (ttl: number): mdns.ResponseOutgoingPacket => ({
    answers: [{ name: SERVICE, type: 'PTR', ttl, data: instance }],
    additionals: [
      {
        ...{ name: instance, type: 'SRV', ttl },
        data: { port: Number(port) || (protocol === 'https:' ? 443 : 80), target: hostname.replace(/^\[|\]$/g, '') },
      },
      { name: instance, type: 'TXT', ttl, data: [`${URL_KEY}=${url}`, `fingerprint=${fingerprint}`] },
    ],
  });
  let lastTrouble = '';
  const trouble = (error: Error | null) => {
    if (error === null || error.message === lastTrouble) return;
    lastTrouble = error.message;
    log.warn(`the platform cannot be found by mDNS: ${error.message}`);
  };
  socket.on('error', trouble);
  // What others send that is no DNS comes here too: it is theirs to mend.
  socket.on('warning', () => undefined);
  let saidAt = Number.NEGATIVE_INFINITY;
  const say = () => {
    if (performance.now() - saidAt < SELDOM) return;
    saidAt = performance.now();
    socket.respond(records(LIFE), trouble);
  };
  socket.on('query', ({ questions = [] }) => {
    if (questions.some(({ name, type }) => name.toLowerCase() === SERVICE && type === 'PTR')) say();
  });
  say();
  return {
    close: () =>
      new Promise((closed) => {
        socket.respond(records(0), () => socket.destroy(() => closed()));
      }),
  };
}
