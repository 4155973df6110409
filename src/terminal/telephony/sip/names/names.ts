import { lookup, Resolver } from 'node:dns/promises';

/** A NAPTR record (RFC 3403), as far as RFC 3263 uses it. */
interface Naptr {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

/** An SRV record (RFC 2782). */
interface Srv {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface Address {
  readonly address: string;
  /** Seconds that it holds for; null where that is not known. */
  readonly ttl: number | null;
}

/** IPv4 or IPv6: that of the local address. */
export type Family = 4 | 6;

/** What names stand for. An empty list says that there is no such record; each rejects where nobody could be asked. */
export interface Names {
  naptr(domain: string): Promise<readonly Naptr[]>;
  srv(name: string): Promise<readonly Srv[]>;
  addresses(host: string, family: Family): Promise<readonly Address[]>;
}

/** A name server that is dead is given up after this long, ms, twice. */
const PATIENCE = { timeout: 1_500, tries: 2 };

const NONE = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks the name servers of the system, or those given (`127.0.0.1:5353`). Addresses that they do not know are looked for where
 * other programs find them too: in the hosts file, by mDNS.
 */
export function systemNames(servers?: readonly string[]): Names {
  // A new one each time: it reads once which servers there are, and a network that comes up later has others.
  const resolver = () => {
    const made = new Resolver(PATIENCE);
    if (servers) made.setServers(servers);
    return made;
  };
  return {
    naptr: (domain) => records(resolver().resolveNaptr(domain)),
    srv: (name) => records(resolver().resolveSrv(name)),
    addresses: async (host, family) => {
      const ask = resolver();
      try {
        const found = await records<Address>(
          family === 4 ? ask.resolve4(host, { ttl: true }) : ask.resolve6(host, { ttl: true }),
        );
        return found.length > 0 ? found : await elsewhere(host, family);
      } catch (error) {
        const found = await elsewhere(host, family);
        if (found.length > 0) return found;
        throw error;
      }
    },
  };
}

async function elsewhere(host: string, family: Family): Promise<readonly Address[]> {
  const found = await lookup(host, { family, all: true }).catch(() => []);
  return found.map(({ address }) => ({ address, ttl: null }));
}

async function records<T>(asked: Promise<T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch (error) {
    if (isNone(error)) return [];
    throw error;
  }
}

function isNone(error: unknown): boolean {
  return error instanceof Error && NONE.has((error as NodeJS.ErrnoException).code ?? '');
}
