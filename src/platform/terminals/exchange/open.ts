import { AccountFile } from './account-file.ts';
import type { ExchangeConfig } from './config.ts';
import { KamailioAccounts } from './kamailio.ts';
import type { ExchangeAccounts } from './port.ts';

/** The accounts of phones at the exchange that is configured. It is asked for nothing yet, and need not be there. */
export const openExchange = (config: ExchangeConfig): ExchangeAccounts =>
  config.kind === 'kamailio' ? new KamailioAccounts(config) : new AccountFile(config);
