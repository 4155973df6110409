import type { Peer, TrunkConfig } from './config.ts';
import { defaultPort, type Resolve } from './route.ts';

export function locator({ server, transport }: TrunkConfig, resolve: Resolve): () => Promise<readonly Peer[]> {
  return async () => [
    { address: await resolve(server.host), port: server.port ?? defaultPort(transport === 'tls' ? 'TLS' : 'UDP') },
  ];
}
