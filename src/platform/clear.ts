import { clearBroker } from '../protocol/broker.ts';
import { type ClearText, clearTextOf } from '../protocol/clear.ts';
import { clearDatabase } from './database/url.ts';
import { clearExchange } from './terminals/exchange/config.ts';

interface Address {
  readonly url: string;
  readonly insecure?: boolean | undefined;
}

/** As much of a platform's configuration as tells where it speaks to whom. */
interface Ways {
  readonly database: { readonly kind: 'embedded' } | ({ readonly kind: 'postgres' } & Address);
  readonly mqtt: Address;
  readonly http?:
    | {
        readonly host: string;
        readonly url?: string | undefined;
        readonly tls?: object | undefined;
        readonly insecure?: boolean | undefined;
      }
    | undefined;
  readonly exchange?: Parameters<typeof clearExchange>[0] | undefined;
}

/** What a platform sends in clear text off its machine. */
export function clearTextIn({ database, mqtt, http, exchange }: Ways): ClearText[] {
  return [
    ...(database.kind === 'postgres'
      ? clearDatabase(database, ['database', 'url'], 'say database.insecure: true')
      : []),
    ...clearBroker(mqtt),
    ...(http === undefined
      ? []
      : clearTextOf({
          at: ['http', 'host'],
          host: http.host,
          what: 'tokens and records go by',
          remedy:
            'give it a certificate (http.tls), keep to 127.0.0.1 with a proxy before it that has TLS, or say http.insecure: true',
          encrypted: http.tls !== undefined,
          insecure: http.insecure,
        })),
    ...(http?.url === undefined
      ? []
      : clearTextOf({
          at: ['http', 'url'],
          host: new URL(http.url).hostname,
          what: 'passwords and sessions go to',
          remedy: 'people must reach it by https://, or say http.insecure: true',
          encrypted: http.url.startsWith('https:'),
          insecure: http.insecure,
        })),
    ...(exchange === undefined ? [] : clearExchange(exchange)),
  ];
}
