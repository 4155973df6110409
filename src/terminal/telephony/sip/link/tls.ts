import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createSecureContext,
  type PeerCertificate,
} from 'node:tls';
import { certificateFault } from '../../../../protocol/certificate.ts';
import type { TlsConfig, TrunkConfig } from '../config.ts';
import type { Dialler } from './connection.ts';

/**
 * TLS to a trunk (1.2 or later). The chain must end at the system's certificates or those of `ca`, and the certificate
 * must be for the trunk's server or its domain, as they are configured: no name that DNS gave is trusted (RFC 5922 7.1).
 */
export function tlsDialler(
  trunk: Pick<TrunkConfig, 'name' | 'domain' | 'server'>,
  files: TlsConfig,
  localAddress: string | undefined,
): Dialler {
  const host = trunk.server.host.replace(/^\[|\]$/g, '');
  const names = [...new Set([host, trunk.domain])];
  return {
    protocol: 'TLS',
    ready: 'secureConnect',
    dial: ({ address, port }) =>
      connect({
        ...readTls(files),
        host: address,
        port,
        ...(localAddress !== undefined && { localAddress }),
        servername: isIP(host) ? '' : host,
        checkServerIdentity: (_host, certificate) => identify(names, certificate),
      }).setNoDelay(true),
    explain: (error) => explain(error, names.join(' or ')),
  };
}

/**
 * Reads the files of TLS.
 * @throws Error that names the file or setting that cannot be used.
 */
export function readTls(files: TlsConfig): ConnectionOptions {
  const read = (setting: string, path: string) => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new Error(`sip.tls.${setting}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  };
  const { ca, cert, key } = files;
  const pem = {
    ...(ca !== undefined && { ca: read('ca', ca) }),
    ...(cert !== undefined && { cert: read('cert', cert) }),
    ...(key !== undefined && { key: read('key', key) }),
  };
  try {
    return { secureContext: createSecureContext({ ...pem, minVersion: 'TLSv1.2' }) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`sip.tls: not the certificates and key (PEM) that belong together: ${why}`, { cause: error });
  }
}

/** A certificate is good for a name in its DNS or IP entries, or `sip:` and the name in its URI entries (RFC 5922 7.1). */
function identify(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  // What stands in quotes has been made up to look like several entries.
  const entries = (certificate.subjectaltname ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '?').split(', ');
  const uris = entries.flatMap((entry) => /^URI:sips?:([^@;]+)$/i.exec(entry)?.[1] ?? []);
  const fits = (name: string) =>
    checkServerIdentity(name, certificate) === undefined ||
    uris.some((uri) => uri.toLowerCase() === name.toLowerCase());
  if (names.some(fits)) return undefined;
  const held = certificate.subjectaltname || `CN:${certificate.subject?.CN ?? 'no name'}`;
  return Object.assign(new Error('wrong name'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    cert: { subjectaltname: held },
  });
}

function explain(error: Error & { code?: string }, wanted: string): string {
  const { code = '' } = error;
  const name = 'set server.host to the name the carrier gives';
  const fault = certificateFault(error, { host: wanted, ca: 'sip.tls.ca', name });
  if (fault) return fault;
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED/.test(code)) {
    return `it refuses our certificate or wants one (${code}); check sip.tls.cert and sip.tls.key`;
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'it does not speak TLS at that port; check server.port and transport';
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code))
    return 'it has no TLS of version 1.2 or later; ask the carrier';
  return error.message;
}
