import type { AccountConfig, TrunkConfig } from '../config.ts';
import { configuredAddress } from '../trunk/own-address.ts';
import type { Link, StreamLink, StreamListener } from './link.ts';
import { openStream, tcpDialler } from './stream.ts';
import { tlsDialler } from './tls.ts';
import { openUdp } from './udp.ts';

/** The link of a trunk, and the same once more where it is one of connections. */
export interface OpenLink {
  readonly link: Link;
  readonly stream: StreamLink | null;
}

/**
 * Opens the link of a trunk. `port` is the local one over UDP, `patience` how long a connection may take, ms.
 * @throws Error where the local port is taken or the address is not this machine's.
 */
export async function openLink(
  trunk: TrunkConfig,
  account: AccountConfig,
  { port, patience }: { readonly port: number; readonly patience: number },
  listener: StreamListener,
): Promise<OpenLink> {
  if (trunk.transport === 'udp') {
    return { link: await openUdp({ address: account.local.address, port }, listener), stream: null };
  }
  const from = configuredAddress(account);
  const dialler = trunk.transport === 'tcp' ? tcpDialler(from) : tlsDialler(trunk, account.tls, from);
  const stream = openStream({ dialler, patience }, listener);
  return { link: stream, stream };
}
