import { setTimeout as sleep } from 'node:timers/promises';
import mdns from 'multicast-dns';
import type { Logger } from 'pino';
import { SERVICE, URL_KEY } from '../../protocol/discovery.ts';
import { oneOf } from './one-of.ts';

/** Asked so often, and heard so long after each, ms: a few packets are lost where many phones start at once. */
const TRIES = 3;
const PATIENCE = 1_000;
/** Answers that are looked at; who floods the network with more has no more of them read. */
const AT_MOST = 50;

/**
 * The platform that says its address on this network (multicast DNS); null where none does. Anybody there can say so: it is not believed
 * before people have compared what is said in the handset.
 */
export async function onNetwork(log: Logger, network: mdns.Options = {}): Promise<string | null> {
  const socket = mdns(network);
  const heard: string[] = [];
  socket.on('error', (error) => log.warn(`no platform can be looked for by mDNS: ${error.message}`));
  // What others send that is no DNS.
  socket.on('warning', () => undefined);
  socket.on('response', ({ answers = [], additionals = [] }) => {
    for (const record of [...answers, ...additionals])
      if (record.type === 'TXT' && record.name.toLowerCase().endsWith(`.${SERVICE}`) && heard.length < AT_MOST)
        heard.push(...urlsIn(record.data));
  });
  try {
    for (let n = 0; n < TRIES && heard.length === 0; n += 1) {
      socket.query(SERVICE, 'PTR');
      await sleep(PATIENCE);
    }
  } finally {
    socket.destroy();
  }
  return oneOf(heard, 'mDNS', log);
}

/** The texts of a TXT record, as `key=value` (RFC 6763 6). */
const urlsIn = (data: unknown): string[] =>
  [data]
    .flat()
    .map((text) => (Buffer.isBuffer(text) ? text.toString() : String(text)))
    .filter((text) => text.startsWith(`${URL_KEY}=`))
    .map((text) => text.slice(URL_KEY.length + 1));
