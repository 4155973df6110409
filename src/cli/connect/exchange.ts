import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import type { ExchangeConfig } from '../../platform/terminals/exchange/config.ts';
import { lookAtKamailio } from '../../platform/terminals/exchange/kamailio-database.ts';
import { type Reached, there, wrong } from './reached.ts';

const WHY = 'no phone is given its account to call by, and none is shut out';

/** Whether accounts can be written where the exchange reads them. Nothing is. */
export async function reachExchange(exchange: ExchangeConfig): Promise<Reached> {
  const where = exchange.kind === 'kamailio' ? new URL(exchange.url).host || 'this machine' : exchange.file;
  try {
    if (exchange.kind === 'kamailio') await lookAtKamailio(exchange);
    else accessSync(dirname(exchange.file), constants.W_OK);
    return there(`exchange: its accounts at ${where} can be written`);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return wrong(`exchange: ${what}`, WHY, 'check exchange: in the configuration');
  }
}
