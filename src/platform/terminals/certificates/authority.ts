// First: the library that follows does not load without it.
import 'reflect-metadata';
import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { after, type Instant, type Millis } from '../../../protocol/units.ts';

/** Who signs the certificates of phones: its own certificate, and the private key that never leaves the platform. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

const ED25519 = { name: 'Ed25519' };
/** Longer than a phone hangs: whoever changes it changes the broker's file and every phone. */
const LIFE = (20 * 365 * 86_400_000) as Millis;

/** Makes the authority of a site's phones: its private key (PKCS #8) and its certificate (RFC 5280), both PEM. */
export async function makeAuthority(site: string, now: Instant): Promise<{ key: string; certificate: string }> {
  const keys = (await webcrypto.subtle.generateKey(ED25519, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    keys,
    name: [{ O: [site] }, { CN: ['Tierphone phones'] }],
    notBefore: new Date(now),
    notAfter: new Date(after(now, LIFE)),
    signingAlgorithm: ED25519,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ format: 'pem', type: 'pkcs8' });
  return { key: String(key), certificate: `${certificate.toString('pem')}\n` };
}

/**
 * Reads what `makeAuthority` made, one text after the other.
 * @throws Error that says what is missing or does not belong together, and nothing of what is there.
 */
export async function readAuthority(pem: string): Promise<Authority> {
  const key = await privateKey(pem);
  if (key === null) throw new Error('no private key (Ed25519, PKCS #8) is in it');
  const certificate = certificateIn(pem);
  if (certificate === null) throw new Error('no certificate (PEM) is in it');
  if (certificate.getExtension(BasicConstraintsExtension)?.ca !== true)
    throw new Error('its certificate is not that of an authority');
  if (!(await belongs(key, certificate))) throw new Error('its key is not that of its certificate');
  return { certificate, key };
}

async function privateKey(pem: string): Promise<webcrypto.CryptoKey | null> {
  try {
    const jwk = createPrivateKey(pem).export({ format: 'jwk' });
    return await webcrypto.subtle.importKey('jwk', jwk, ED25519, false, ['sign']);
  } catch {
    return null;
  }
}

function certificateIn(pem: string): X509Certificate | null {
  try {
    const [first] = PemConverter.decodeWithHeaders(pem).filter(({ type }) => type === PemConverter.CertificateTag);
    return first === undefined ? null : new X509Certificate(first.rawData);
  } catch {
    return null;
  }
}

async function belongs(key: webcrypto.CryptoKey, certificate: X509Certificate): Promise<boolean> {
  const said = Buffer.from('whose key');
  const signature = await webcrypto.subtle.sign(ED25519, key, said);
  const known = await certificate.publicKey.export().catch(() => null);
  return known !== null && webcrypto.subtle.verify(ED25519, known, signature, said);
}
