import { base64url } from 'jose';
import { z } from 'zod';
import { Hidden } from './hidden.ts';

/** 32 bytes as base64url. */
export const SecretBytes = z.base64url().length(43);

/**
 * What a phone and the platform alone know of a call, 32 bytes as `SecretBytes`: sent with the PIN, so that nobody sends another in the
 * caller's name. What the platform tells of a voice is sealed under it.
 */
export class CallSecret extends Hidden<'secret', string> {
  constructor(bytes: string) {
    super('secret', bytes);
  }

  /** A new one, by the system's own chance. */
  static make(): CallSecret {
    return new CallSecret(base64url.encode(crypto.getRandomValues(new Uint8Array(32))));
  }
}
