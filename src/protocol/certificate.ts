/** Whose certificate was looked at, and what a reader can change. */
export interface Asked {
  /** As it is configured: what the certificate must be for. */
  readonly host: string;
  /** The setting that names the certificates (PEM) to be trusted. */
  readonly ca: string;
  /** What to do where the certificate is for another name. */
  readonly name: string;
}

type Fault = Error & { readonly code?: string | number; readonly cert?: { readonly subjectaltname?: string } };

const STRANGER = ({ host, ca }: Asked): string =>
  `its certificate, as ${host} shows it, comes from an authority that is not trusted; put that into ${ca}`;

/** By what OpenSSL says of a chain, and Node of the name (doc/api/tls.md, "X509 certificate error codes"). */
const FAULTS: Readonly<Record<string, (asked: Asked, fault: Fault) => string>> = {
  CERT_HAS_EXPIRED: ({ host }) => `its certificate has expired; ${host} must renew it, or this clock is wrong`,
  CERT_NOT_YET_VALID: ({ host }) =>
    `its certificate is not valid yet; check the clock of this machine, or have ${host} get another`,
  DEPTH_ZERO_SELF_SIGNED_CERT: ({ host, ca }) =>
    `its certificate, as ${host} shows it, is signed by itself; put it into ${ca} if it is the right one`,
  SELF_SIGNED_CERT_IN_CHAIN: STRANGER,
  UNABLE_TO_GET_ISSUER_CERT: STRANGER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: STRANGER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: STRANGER,
  CERT_UNTRUSTED: STRANGER,
  CERT_SIGNATURE_FAILURE: ({ host, ca }) =>
    `its certificate, as ${host} shows it, is not by the authority whose name it has; put the right one into ${ca}`,
  CERT_REVOKED: ({ host }) => `its certificate is revoked; ${host} must get another`,
  INVALID_CA: ({ host, ca }) =>
    `its certificate, as ${host} shows it, is signed by one that may sign none; put the authority's into ${ca}`,
  INVALID_PURPOSE: ({ host }) => `its certificate is not for a server; ${host} must get one that is`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host, name }, { cert }) =>
    `its certificate is for ${printable(cert?.subjectaltname)} and not for ${host}; ${name}`,
};

/** A far end that asked for a certificate does not take ours, and says so by an alert (RFC 8446 6.2, as OpenSSL names it). */
const REFUSED = /ALERT_(CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|BAD_CERTIFICATE|UNKNOWN_CA)$/;

export const refusesCertificate = ({ code }: Fault): boolean => REFUSED.test(String(code));

/** The far end's certificate is by an authority that is not believed: it may have another than before. */
export const isStrangers = ({ code }: Fault): boolean =>
  FAULTS[String(code)] === STRANGER || code === 'CERT_SIGNATURE_FAILURE';

const printable = (names: string | undefined): string =>
  names === undefined || names === '' ? 'no name' : names.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);

/** What is wrong with a certificate and what to do about it, in a line; null where an error of a connection is not of a certificate. */
export function certificateFault(fault: Fault, asked: Asked): string | null {
  return FAULTS[String(fault.code)]?.(asked, fault) ?? null;
}
