import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PlatformPrivateKeys } from '../protocol/keys.ts';
import { keyOfSecret } from './callers/voiceprints/at-rest.ts';
import type { PlatformConfig } from './config.ts';
import { type Authority, readAuthority } from './terminals/certificates/authority.ts';

const SECRET_BYTES = 32;

/** What the platform has that nobody else may have. */
interface Secrets extends PlatformPrivateKeys {
  /** With which PINs are hashed. */
  readonly pepper: Buffer;
  /** Under which voices are at rest; null where none is configured. */
  readonly voiceprints: KeyObject | null;
  /** By which phones are known at the broker; null where none is configured. */
  readonly authority: Authority | null;
}

/**
 * Reads the platform's secrets.
 * @throws Error naming the file that is missing or wrong and what should be in it, never what is.
 */
export async function readKeys(keys: PlatformConfig['keys']): Promise<Secrets> {
  const pepper = await secret(keys.pepper, 'keys.pepper');
  const voices = keys.voiceprints === undefined ? null : await secret(keys.voiceprints, 'keys.voiceprints');
  const authority = keys.ca === undefined ? null : await authorityIn(keys.ca);
  const own = PlatformPrivateKeys.safeParse(json(await read(keys.platform, 'keys.platform')));
  if (!own.success)
    throw new Error(
      `keys.platform: ${keys.platform} has not the platform's private keys (X25519, Ed25519): make it anew`,
    );
  return { ...own.data, pepper, voiceprints: voices && keyOfSecret(voices), authority };
}

async function authorityIn(file: string): Promise<Authority> {
  const pem = await read(file, 'keys.ca');
  return readAuthority(pem.toString('utf8')).catch((cause: Error) => {
    throw new Error(`keys.ca: ${file}: ${cause.message}: make it anew`, { cause });
  });
}

async function secret(file: string, what: string): Promise<Buffer> {
  const bytes = await read(file, what);
  if (bytes.length >= SECRET_BYTES) return bytes;
  throw new Error(
    `${what}: ${file} has ${bytes.length} bytes, at least ${SECRET_BYTES} random ones are wanted: make it anew`,
  );
}

/** @throws Error naming `what`, the file and why it cannot be read */
export async function read(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${what}: ${file} cannot be read (${code ?? 'unknown'}): check the path and its rights`, {
      cause: error,
    });
  }
}

/** What the bytes say as JSON; null where they are none. */
export function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
