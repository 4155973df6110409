import { readFile } from 'node:fs/promises';
import type { ExchangeConfig } from './config.ts';
import { ExchangeError } from './port.ts';

/** Who is trusted to be the exchange in place of the system's authorities (PEM), as the file has it now: it may have been renewed. @throws ExchangeError */
export const authorityOf = async ({ ca }: ExchangeConfig): Promise<string | null> =>
  ca === undefined
    ? null
    : readFile(ca, 'utf8').catch((cause: Error) => {
        throw new ExchangeError(`the authority of the exchange cannot be read (exchange.ca): ${cause.message}`, {
          cause,
        });
      });
