import type { Logger } from 'pino';
import type { PlatformConfig } from './config.ts';
import type { Site } from './site.ts';

export interface LedgerEntry {
  readonly call: string;
}
export interface Platform {
  readonly http: { readonly address: string } | null;
  ledger(limit: number): Promise<readonly LedgerEntry[]>;
  import(site: Site): Promise<void>;
  close(): Promise<void>;
}
export async function startPlatform(_config: PlatformConfig, _log: Logger): Promise<Platform> {
  throw new Error('not yet');
}
