import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { HttpConfig } from '../config.ts';
import { repeat } from '../repeat.ts';

type Files = NonNullable<HttpConfig['tls']>;

/** A certificate, with those between it and its authority, and its key, as their files have them (PEM). */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** So often it is looked whether the files are others, ms. */
const EVERY = 30_000;
const DAY = 86_400_000;
/** In its last days a certificate is spoken of: what renews it has failed. */
const LAST_DAYS = 14;

/** @throws Error in a line that names the files */
export async function readCertificate(files: Files): Promise<Certificate> {
  const read = (path: string) =>
    readFile(path).catch((cause: Error) => {
      throw new Error(`http.tls: ${path} cannot be read: ${cause.message}`, { cause });
    });
  const [cert, key] = [await read(files.cert), await read(files.key)];
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new Error(`http.tls: ${files.cert} and ${files.key} are no certificate and its key (PEM)`, { cause });
  }
  return { cert, key };
}

/**
 * Has servers take another certificate as soon as it lies in the files; until it is whole the one before is used. Gives what stops it.
 * @param every how often it is looked, ms
 */
export function keepCertificate(
  servers: readonly Server[],
  files: Files,
  first: Certificate,
  log: Logger,
  every = EVERY,
): () => Promise<void> {
  let used = first;
  let told: string | null = null;
  const look = async (): Promise<string | null> => {
    const found = await readCertificate(files);
    if (!found.cert.equals(used.cert) || !found.key.equals(used.key)) {
      for (const server of servers) server.setSecureContext(found);
      used = found;
      log.info(`http.tls: the certificate that is good until ${new X509Certificate(used.cert).validTo} is used now`);
    }
    return agedOf(files, used);
  };
  const once = async () => {
    const said = await look().catch(({ message }: Error) => `${message}: the one before is used on`);
    if (said !== null && said !== told) log.warn(said);
    told = said;
  };
  return repeat(once, { first: 0, every });
}

function agedOf({ cert }: Files, used: Certificate): string | null {
  const days = Math.floor((Date.parse(new X509Certificate(used.cert).validTo) - Date.now()) / DAY);
  if (days >= LAST_DAYS) return null;
  const left = days < 0 ? 'is over: browsers refuse it' : `is good for ${days} more ${days === 1 ? 'day' : 'days'}`;
  return `http.tls: the certificate of ${cert} ${left}: renew it`;
}
