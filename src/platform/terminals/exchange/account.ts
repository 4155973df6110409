import { createHash, randomBytes } from 'node:crypto';
import type { ExchangeLogin } from '../../../protocol/trunk.ts';
import type { ExchangeConfig } from './config.ts';
import type { PhonePlace } from './port.ts';

/** What Kamailio's tables, and the user part that a phone takes, have room for. */
const LONGEST = 64;

/**
 * The user name of a place's phone, as `pine-river.B-1`: no two have the same, since no name of a place has a dot or a tilde in it. Where both
 * names are too long a hash stands in place of their end.
 */
export function userOf({ facility, terminal }: Pick<PhonePlace, 'facility' | 'terminal'>): string {
  const whole = `${facility}.${terminal}`;
  if (whole.length <= LONGEST) return whole;
  const hash = createHash('sha256').update(whole).digest().subarray(0, 16).toString('base64url');
  return `${whole.slice(0, LONGEST - 1 - hash.length)}~${hash}`;
}

/** A new account of a phone. */
interface NewAccount {
  /** What the exchange keeps: user name and domain, and what it looks a password over by (RFC 7616 3.4.2, A1 hashed), which is as good as the password at this exchange and nowhere else. */
  readonly kept: { readonly user: string; readonly domain: string; readonly realm: string; readonly ha1: string };
  /** The same hash with the domain in the user name: for devices that give it so. */
  readonly ha1b: string;
  readonly login: ExchangeLogin;
}

/** Makes an account with a password of 192 bits. @param ca certificates (PEM) that the phone is to trust there */
export function newAccount(place: PhonePlace, { trunk, algorithm }: ExchangeConfig, ca: string | null): NewAccount {
  const user = userOf(place);
  const { domain, realm = domain } = trunk;
  const password = randomBytes(24).toString('base64url');
  const hashed = (name: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(`${name}:${realm}:${password}`)
      .digest('hex');
  return {
    kept: { user, domain, realm, ha1: hashed(user) },
    ha1b: hashed(`${user}@${domain}`),
    login: { trunks: [{ ...trunk, realm, user, password }], ...(ca !== null && { tls: { ca } }) },
  };
}
