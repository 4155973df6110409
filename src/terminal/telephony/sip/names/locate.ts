import { isIP } from 'node:net';
import type { Peer, TrunkConfig } from '../config.ts';
import { inOrder } from '../trunk/order.ts';
import { defaultPort } from '../wire/route.ts';
import type { Family, Names } from './names.ts';

/** Services of NAPTR (RFC 3263 4.1) and names of SRV (4.2), by transport. */
const SERVICES = {
  udp: { naptr: 'SIP+D2U', srv: '_sip._udp' },
  tcp: { naptr: 'SIP+D2T', srv: '_sip._tcp' },
  tls: { naptr: 'SIPS+D2T', srv: '_sips._tcp' },
} as const;

const MOST_SERVICES = 4;
const MOST_SERVERS = 16;
const MOST_TARGETS = 8;

/** What the targets of a trunk are found with. */
export interface LocateOptions {
  readonly names: Names;
  readonly family: Family;
  /** From 0 up to but not 1. */
  readonly random?: () => number;
}

/**
 * The targets of a trunk, in the order in which they are to be tried (RFC 3263 4). A port that is configured, or an IP address, leaves
 * nothing to be looked up by NAPTR and SRV. The transport is configured: of NAPTR only its own services count, and
 * where there are none of them SRV is asked by its usual name.
 * @throws Error that names the host and the remedy, where it has no address.
 */
export async function locate(
  { server, transport }: Pick<TrunkConfig, 'server' | 'transport'>,
  { names, family, random = Math.random }: LocateOptions,
): Promise<readonly Peer[]> {
  const { host, port } = server;
  const usual = defaultPort(transport === 'tls' ? 'TLS' : 'UDP');
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare)) return [{ address: bare, port: port ?? usual }];
  const hosts = port === undefined ? await servers(host, transport, names, random) : [];
  const wanted = hosts.length > 0 ? hosts : [{ name: host, port: port ?? usual }];
  const found = await Promise.allSettled(
    wanted.map(async (one) =>
      (await names.addresses(one.name, family)).map(({ address }) => ({ address, port: one.port })),
    ),
  );
  const targets = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (targets.length > 0) return targets.slice(0, MOST_TARGETS);
  const failed = found.find((one) => one.status === 'rejected');
  throw new Error(
    failed
      ? `no name server can tell the address of ${host} (${failed.reason}); check the network`
      : `${host} has no IPv${family} address; check sip.trunks server.host`,
  );
}

interface Server {
  readonly name: string;
  readonly port: number;
}

async function servers(
  host: string,
  transport: TrunkConfig['transport'],
  names: Names,
  random: () => number,
): Promise<readonly Server[]> {
  const { naptr, srv } = SERVICES[transport];
  // Many name servers of small networks know no NAPTR at all, and say so by an error.
  const services = (await names.naptr(host).catch(() => []))
    .filter(({ flags, service }) => flags.toLowerCase() === 's' && service.toUpperCase() === naptr)
    .sort((a, b) => a.order - b.order || a.preference - b.preference)
    .map(({ replacement }) => replacement);
  const asked = services.length > 0 ? services.slice(0, MOST_SERVICES) : [`${srv}.${host}`];
  const found: Server[] = [];
  for (const name of asked) {
    const records = await names.srv(name);
    // A target of the root says that there is no such service here (RFC 2782).
    found.push(
      ...inOrder(records.slice(0, MOST_SERVERS), random).filter((one) => one.port > 0 && /[^.]/.test(one.name)),
    );
  }
  return found;
}
