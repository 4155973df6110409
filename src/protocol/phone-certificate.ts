import { X509Certificate } from 'node:crypto';
import type { Instant } from './units.ts';

/** The account at the broker, and client id, of a phone that has a certificate: 52 of the 64 characters that a name may have there (RFC 5280, ub-common-name). `kid` is its key's thumbprint. */
export const accountOfKey = (kid: string): string => `terminal/${kid}`;

/** From when until when a certificate (PEM) is good. @throws Error where it is none */
export function lifeOf(certificate: string): { readonly from: Instant; readonly until: Instant } {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return { from: Date.parse(validFrom) as Instant, until: Date.parse(validTo) as Instant };
}
