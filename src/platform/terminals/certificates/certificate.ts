import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import { accountOfKey } from '../../../protocol/phone-certificate.ts';
import { after, type FacilityId, type Instant, type Millis, type TerminalId } from '../../../protocol/units.ts';
import type { Authority } from './authority.ts';

const ED25519 = { name: 'Ed25519' };
/** A broker whose clock is a little behind believes a new one all the same: so much of its life, and an hour at most. */
const EARLIER = { share: 0.1, most: 3_600_000 };

/**
 * Signs a certificate (RFC 5280, PEM) for a phone's own key, with which it is the client of its account at the broker and nobody's server. The account
 * is named by the key, not by the place: the certificate of whoever hung there before is good for another name.
 */
export async function certify(
  { certificate: authority, key }: Authority,
  { facility, terminal }: { readonly facility: FacilityId; readonly terminal: TerminalId },
  phone: TerminalPublicKey,
  { now, life }: { readonly now: Instant; readonly life: Millis },
): Promise<string> {
  const { kty, crv, x } = phone;
  const publicKey = await webcrypto.subtle.importKey('jwk', { kty, crv, x }, ED25519, true, ['verify']);
  const certificate = await X509CertificateGenerator.create({
    issuer: authority.subjectName,
    // Where it was signed for is for people to read: the broker goes by the account alone.
    subject: [{ O: [facility] }, { OU: [terminal] }, { CN: [accountOfKey(phone.kid)] }],
    notBefore: new Date(now - Math.min(EARLIER.most, life * EARLIER.share)),
    notAfter: new Date(after(now, life)),
    ...{ publicKey, signingKey: key, signingAlgorithm: ED25519 },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}
