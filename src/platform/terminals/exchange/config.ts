import { z } from 'zod';
import { type ClearText, clearTextOf, Insecure } from '../../../protocol/clear.ts';
import { clearSignalling, Trunk } from '../../../protocol/trunk.ts';
import { clearDatabase, databaseUrl } from '../../database/url.ts';

const path = z.string().min(1);

const shape = {
  /** What the trunk of every phone is, all but user and password. Its realm is its domain where not given. */
  trunk: Trunk.omit({ user: true, password: true }),
  /** File (PEM): the authority of the exchange's certificate, which phones and `control` trust in place of the system's. */
  ca: path.optional(),
  /** By which the exchange challenges (RFC 8760). */
  algorithm: z.enum(['MD5', 'SHA-256']).default('MD5'),
};

/** Where a Kamailio takes JSON-RPC over HTTP (its modules jsonrpcs and xhttp). */
const ControlUrl = z
  .url({ protocol: /^https?$/, abort: true, error: 'an address is wanted, as http://127.0.0.1:5060/RPC' })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error:
      'no user and no password stand in an address, which logs show: let the exchange know this machine by its address',
  });

const Kamailio = z.strictObject({
  kind: z.literal('kamailio'),
  ...shape,
  /** Kamailio's database, with its tables `subscriber` and `location`. */
  url: databaseUrl('exchange.passwordFile'),
  /** File with the password of the database. */
  passwordFile: path.optional(),
  /** Of database and `control` off this machine: no TLS. */
  insecure: Insecure,
  /** Each Kamailio that holds registrations in memory, to be told which are gone. Without: they are in the database alone (`db_mode` 3). */
  control: z.array(ControlUrl).max(8).default([]),
});
export type KamailioConfig = z.infer<typeof Kamailio>;

const AccountFile = z.strictObject({
  kind: z.literal('file'),
  ...shape,
  /** The list of accounts, which is this platform's alone to write. */
  file: path,
  /** Program and its arguments, run after each change, without a shell. */
  reload: z.array(z.string().min(1)).min(1).max(32).optional(),
});
export type AccountFileConfig = z.infer<typeof AccountFile>;

/** Where phones have their accounts to call by; without it each phone's file says so. */
export const ExchangeConfig = z.discriminatedUnion('kind', [Kamailio, AccountFile]);
export type ExchangeConfig = z.infer<typeof ExchangeConfig>;

/** As much of it as tells where it is. */
interface Ways {
  readonly trunk: Parameters<typeof clearSignalling>[0];
  /** Kamailio's. */
  readonly url?: string;
  readonly insecure?: boolean | undefined;
  readonly control?: readonly string[];
}

/** What goes to the exchange in clear text off this machine, and off those of its phones. */
export const clearExchange = ({ trunk, url, insecure, control = [] }: Ways): ClearText[] => [
  ...clearSignalling(trunk, ['exchange', 'trunk', 'server']),
  ...(url === undefined ? [] : clearDatabase({ url, insecure }, ['exchange', 'url'], 'say exchange.insecure: true')),
  ...control.flatMap((address, n) =>
    clearTextOf({
      at: ['exchange', 'control', n],
      host: new URL(address).hostname,
      what: 'whose registrations are to go is told to',
      remedy: 'use https://, or say exchange.insecure: true',
      encrypted: address.startsWith('https:'),
      insecure,
    }),
  ),
];
