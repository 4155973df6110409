import type { PlatformConfig } from '../../platform/config.ts';
import { placeOf } from '../../platform/link/connection.ts';
import { reachBroker } from './broker.ts';
import { reachDatabase } from './database.ts';
import { reachExchange } from './exchange.ts';
import { reachPages } from './pages.ts';
import type { Reached } from './reached.ts';

/** Reaches for all that a platform's configuration names, and leaves it as it is: one that runs is not disturbed. */
export async function reachOfPlatform({ database, mqtt, http, exchange }: PlatformConfig): Promise<Reached[]> {
  const { reached, alive } = await reachDatabase(database, placeOf(mqtt));
  const others = await Promise.all([
    reachBroker(mqtt, alive),
    http ? reachPages(http, alive) : [],
    exchange ? reachExchange(exchange) : [],
  ]);
  return [reached, ...others.flat()];
}
