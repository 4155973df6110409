import { readFile } from 'node:fs/promises';
import { PlatformPrivateKeys } from '../protocol/keys.ts';
import type { PlatformConfig } from './config.ts';

const PEPPER_BYTES = 32;

/**
 * Reads the platform's secrets.
 * @throws Error naming the file that is missing or wrong and what should be in it, never what is.
 */
export async function readKeys(keys: PlatformConfig['keys']): Promise<PlatformPrivateKeys & { pepper: Buffer }> {
  const pepper = await read(keys.pepper, 'keys.pepper');
  if (pepper.length < PEPPER_BYTES)
    throw new Error(
      `keys.pepper: ${keys.pepper} has ${pepper.length} bytes, at least ${PEPPER_BYTES} random ones are wanted: make it anew`,
    );
  const own = PlatformPrivateKeys.safeParse(json(await read(keys.platform, 'keys.platform')));
  if (!own.success)
    throw new Error(
      `keys.platform: ${keys.platform} has not the platform's private keys (X25519, Ed25519): make it anew`,
    );
  return { ...own.data, pepper };
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
