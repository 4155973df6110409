import { z } from 'zod';
import { type ClearText, clearTextOf } from '../../protocol/clear.ts';

/** The server that an address names, as `pg` reads it: what the query says goes before. A folder is that of a Unix socket. */
function hostOf({ hostname, searchParams }: URL): string {
  return searchParams.getAll('host').at(-1) || hostname.replace(/%2f/gi, '/');
}

/** Encrypted, and the certificate of the server looked at. */
const TLS = new Set(['require', 'verify-ca', 'verify-full']);

/**
 * The address of a PostgreSQL server, without a password, which would be seen in lists of processes and in logs; `apart` says where that is
 * given.
 */
export const databaseUrl = (apart: string) =>
  z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'a PostgreSQL address is wanted, as postgres://user@host/name',
      abort: true,
    })
    .refine((url) => hostOf(new URL(url)) !== '', {
      error: 'it names no host: postgres://user@127.0.0.1/name does',
      abort: true,
    })
    .refine(
      (url) => {
        const { password, searchParams } = new URL(url);
        return password === '' && !searchParams.has('password');
      },
      { error: `no password stands in an address, which logs and lists of processes show: give it by ${apart}` },
    );

/** What is said to a PostgreSQL server in clear text; `allow` is how that is allowed. */
export function clearDatabase(
  { url, insecure }: { readonly url: string; readonly insecure?: boolean | undefined },
  at: readonly string[],
  allow: string,
): ClearText[] {
  const address = new URL(url);
  const { searchParams } = address;
  return clearTextOf({
    at,
    host: hostOf(address),
    what: 'everything that is kept goes to',
    remedy: `put ?sslmode=verify-full at the end of the address, or ${allow}`,
    encrypted: TLS.has(searchParams.getAll('sslmode').at(-1) ?? '') && !searchParams.has('uselibpqcompat'),
    insecure,
  });
}

/** The address with the password in it, for `pg` alone: a password beside an address it takes no notice of. */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const address = new URL(url);
  address.searchParams.set('password', password);
  return address.href;
}
