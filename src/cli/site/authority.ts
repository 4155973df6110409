// First: the library that follows does not load without it.
import 'reflect-metadata';
import { createPrivateKey, KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  X509Certificate as Issuer,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { after, type Instant, type Millis } from '../../protocol/units.ts';

/** By curves that every browser knows: Ed25519, as phones have it, is in few. */
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
/** Whoever changes it gives every phone and computer the new one. */
const LIFE = (20 * 365 * DAY) as Millis;
/** A computer whose clock is a little behind believes a new one all the same. */
const EARLIER = 3_600_000;

/** A private key (PKCS #8, PEM) of a server or an authority. */
export async function makeServerKey(): Promise<string> {
  const { privateKey } = (await webcrypto.subtle.generateKey(P256, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  return String(KeyObject.from(privateKey).export({ format: 'pem', type: 'pkcs8' }));
}

/** The certificate (RFC 5280, PEM) of who signs those of a site's servers: it signs no authority, and no phone. */
export async function makeServersAuthority(key: string, site: string, now: Instant): Promise<string> {
  const keys = await pairOf(key);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    keys,
    name: [{ O: [site] }, { CN: ['Tierphone servers'] }],
    notBefore: new Date(now - EARLIER),
    notAfter: new Date(after(now, LIFE)),
    signingAlgorithm: P256,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Who signs: what `makeServersAuthority` made, and its key. */
export interface ServersAuthority {
  readonly key: string;
  readonly certificate: string;
}

/** Signs the certificate (PEM) of a server of these names and addresses, for its own key. */
export async function certifyServer(
  authority: ServersAuthority,
  key: string,
  { names, now, life }: { readonly names: readonly string[]; readonly now: Instant; readonly life: Millis },
): Promise<string> {
  const issuer = new Issuer(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    issuer: issuer.subjectName,
    subject: [{ CN: [names[0] ?? ''] }],
    notBefore: new Date(now - EARLIER),
    notAfter: new Date(after(now, life)),
    publicKey: (await pairOf(key)).publicKey,
    signingKey: (await pairOf(authority.key)).privateKey,
    signingAlgorithm: P256,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIPv4(value) ? 'ip' : 'dns', value }))),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Whether a certificate is that authority's for all of these names, and has a third of its life before it. */
export function isGoodFor(pem: string, authority: string, names: readonly string[], now: Instant): boolean {
  const certificate = new X509Certificate(pem);
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return (
    certificate.verify(new X509Certificate(authority).publicKey) &&
    to - now > (to - from) / 3 &&
    names.every((name) => (isIPv4(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)
  );
}

async function pairOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const whole = createPrivateKey(pem).export({ format: 'jwk' });
  const { d: _, ...known } = whole;
  const key = (jwk: webcrypto.JsonWebKey, use: 'sign' | 'verify') =>
    webcrypto.subtle.importKey('jwk', jwk, P256, true, [use]);
  return { privateKey: await key(whole, 'sign'), publicKey: await key(known, 'verify') };
}
