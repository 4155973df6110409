import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { certificateFault, refusesCertificate } from './certificate.ts';
import { type ClearText, clearTextOf, Insecure } from './clear.ts';

/** Whether an address (URL) has a user, a password or a query in it. */
const hasMore = (url: string): boolean => {
  const { username, password, search, hash } = new URL(url);
  return [username, password, search, hash].some((part) => part !== '');
};

/**
 * The address of a broker: host and port, no more. A password in it would be seen in lists of processes and in logs; `apart` says where
 * user and password are given.
 */
export const brokerUrl = (apart: string) =>
  z
    .url({
      protocol: /^(mqtt|mqtts|tcp|ssl)$/,
      hostname: /./,
      error: 'a broker address is wanted, as mqtts://10.0.0.5:8883',
      abort: true,
    })
    .refine((url) => !hasMore(url), {
      error: `no user and no password stand in an address, which logs and lists of processes show: give them by ${apart}`,
    });

/** What every file says of a broker under `mqtt:`. */
export const brokerShape = {
  url: brokerUrl('username and password beside it'),
  username: z.string().max(128).optional(),
  password: z.string().max(128).optional(),
  /** File (PEM): the authority of the broker's certificate, trusted in place of the system's. */
  ca: z.string().min(1).optional(),
  insecure: Insecure,
};

/** What a phone that has a certificate is given to reach the broker by. No secret is in it: its own key is that. */
export const BrokerLogin = z.strictObject({
  url: brokerUrl('the certificate'),
  /** Certificates (PEM, themselves) that are trusted in place of the system's. */
  ca: z.string().min(1).max(65_536).optional(),
  /** The account's name and client id. */
  username: z.string().min(1).max(128),
  /** PEM, for the phone's key. */
  certificate: z.string().min(1).max(65_536),
});
export type BrokerLogin = z.infer<typeof BrokerLogin>;

/** Who we are at a broker, and whom we trust to be it. */
interface Login {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Path of a file. */
  readonly ca?: string | undefined;
}

/** A login as mqtt.js takes it. @throws Error where the file of `ca` cannot be read */
export const loginOf = ({ username, password, ca }: Login) => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(ca !== undefined && { ca: readFileSync(ca) }),
});

/**
 * Why a broker is not to be had, in words, where the error of a connection is by it and not by the network; else null. `ca` is the setting
 * that names its authority.
 */
export function brokerFault(error: Error & { code?: string | number }, url: string, ca = 'mqtt.ca'): string | null {
  if (error.code === 4 || error.code === 5) return 'the broker refuses this user name or password';
  if (refusesCertificate(error))
    return 'the broker does not take the certificate that it is shown: it has run out, or is by an authority that the broker does not know';
  const { hostname } = new URL(url);
  const name = 'reach it by a name that its certificate is for, or have it made anew';
  return certificateFault(error, { host: hostname.replace(/^\[|\]$/g, ''), ca, name });
}

/** What is said to a broker in clear text; `allow` is how that is allowed. */
export function clearBroker(
  { url, insecure }: { readonly url: string; readonly insecure?: boolean | undefined },
  at: readonly string[] = ['mqtt', 'url'],
  allow = 'say mqtt.insecure: true',
): ClearText[] {
  const { protocol, host, hostname } = new URL(url);
  return clearTextOf({
    at,
    host: hostname,
    what: 'password and messages go to',
    remedy: `use mqtts://${host.replace(/:1883$/, '')}, or ${allow}`,
    encrypted: protocol === 'mqtts:' || protocol === 'ssl:',
    insecure,
  });
}
