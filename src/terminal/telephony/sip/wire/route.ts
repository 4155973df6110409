import { isIP, isIPv6 } from 'node:net';
import type { Peer } from '../config.ts';
import type { Protocol } from '../link/link.ts';
import type { Family, Names } from '../names/names.ts';
import { header, Malformed, type Message, type Via } from './message.ts';

/** Finds the address of a host; rejects where it has none. */
export type Resolve = (host: string) => Promise<string>;

const DEFAULT_PORT = 5_060;

/** Finds the address of a hop by its name. */
export function resolver(names: Names, family: Family): Resolve {
  return async (host) => {
    const bare = host.replace(/^\[|\]$/g, '');
    if (isIP(bare)) return bare;
    const [first] = await names.addresses(bare, family);
    if (!first) throw new Error(`${bare} has no IPv${family} address`);
    return first.address;
  };
}

/** A host as it is written in a URI or Via: IPv6 in brackets. */
export function hostOf(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/**
 * Where a request inside a dialog goes: to the first Route, else to the Request-URI, which is the far end's Contact
 * (RFC 3261 12.2.1.1). A hop that names no port is at the default one of its transport.
 */
export async function nextHop(request: Message, protocol: Protocol, resolve: Resolve): Promise<Peer> {
  const hop = readHop(header(request, 'route') ?? request.uri);
  return { address: await resolve(hop.host), port: hop.port ?? defaultPort(protocol) };
}

/** RFC 3261 19.1.2. */
export function defaultPort(protocol: Protocol): number {
  return protocol === 'TLS' ? 5_061 : DEFAULT_PORT;
}

/** Where a response goes (RFC 3261 18.2.2, RFC 3581 4). */
export async function replyTo(via: Via, resolve: Resolve): Promise<Peer> {
  const rport = Number(via.params.get('rport') ?? Number.NaN);
  const port = Number.isInteger(rport) && rport > 0 ? rport : (via.port ?? DEFAULT_PORT);
  return { address: await resolve(via.params.get('received') ?? via.params.get('maddr') ?? via.host), port };
}

function readHop(uri: string): { host: string; port: number | null } {
  const parts = /^<?sips?:(?:[^@>\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(?![^;?>,\s])/i.exec(uri);
  if (!parts?.[1]) throw new Malformed('a hop that is no SIP URI');
  return { host: parts[1], port: parts[2] ? Number(parts[2]) : null };
}
