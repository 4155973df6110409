import type { PlatformConfig } from './config.ts';
import { openDatabase } from './database/open.ts';
import { type ChainFound, type Head, readChains } from './people/chain.ts';

/**
 * Reads every chain of the trail, beside a running platform too.
 * @throws FolderInUseError where the database is an embedded one and a platform runs on it
 */
export async function auditBeside(
  config: PlatformConfig,
  heads: readonly Head[],
  fault: (cause: Error) => void,
): Promise<ChainFound[]> {
  const access = config.database.kind === 'postgres' ? { ...config.database, pool: 1 } : config.database;
  const database = await openDatabase(access, { fault, died: fault });
  try {
    return await readChains(database.db, heads);
  } finally {
    await database.close();
  }
}
