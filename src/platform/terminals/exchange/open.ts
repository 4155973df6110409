import { AccountFile } from './account-file.ts';
import type { ExchangeConfig } from './config.ts';
import type { ExchangeAccounts } from './port.ts';

/** The accounts of phones at the exchange that is configured. */
export function openExchange(config: ExchangeConfig): ExchangeAccounts {
  return new AccountFile(config);
}
