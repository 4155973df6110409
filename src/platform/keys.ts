import { readFile } from 'node:fs/promises';
import { SealingPrivateKey } from '../protocol/keys.ts';
import type { PlatformConfig } from './config.ts';

const PEPPER_BYTES = 32;

/**
 * Reads the platform's secrets.
 * @throws Error naming the file that is missing or wrong and what should be in it, never what is.
 */
export async function readKeys(keys: PlatformConfig['keys']): Promise<{ sealing: SealingPrivateKey; pepper: Buffer }> {
  const pepper = await read(keys.pepper, 'keys.pepper');
  if (pepper.length < PEPPER_BYTES)
    throw new Error(
      `keys.pepper: ${keys.pepper} has ${pepper.length} bytes, at least ${PEPPER_BYTES} random ones are wanted: make it anew`,
    );
  const sealing = SealingPrivateKey.safeParse(json(await read(keys.sealing, 'keys.sealing')));
  if (!sealing.success)
    throw new Error(`keys.sealing: ${keys.sealing} is not a private X25519 key (JWK): make it anew`);
  return { sealing: sealing.data, pepper };
}

async function read(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${what}: ${file} cannot be read (${code ?? 'unknown'}): check the path and its rights`, {
      cause: error,
    });
  }
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
