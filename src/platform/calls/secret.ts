import { z } from 'zod';
import { CallSecret, SecretBytes } from '../../protocol/call-secret.ts';
import { AtRestError, decrypted, encrypted } from '../callers/voiceprints/at-rest.ts';
import type { Judging } from '../callers/voiceprints/judging.ts';
import type { CallKey } from '../context.ts';

const Kept = z.strictObject({ secret: SecretBytes });
const about = ({ facility, terminal, call }: CallKey) => ['secret', facility, terminal, call] as const;

/** The secret of a call as it is kept: encrypted as names are, so that no backup opens what was overheard at the broker. */
export const keptSecret = ({ key }: Judging, call: CallKey, secret: CallSecret): Buffer =>
  encrypted(key, about(call), { secret: secret.reveal() });

/** What `keptSecret` made; null where it is not to be had by this key. */
export function secretOf({ key }: Judging, call: CallKey, kept: Buffer): CallSecret | null {
  try {
    return new CallSecret(Kept.parse(decrypted(key, about(call), kept)).secret);
  } catch (error) {
    if (error instanceof AtRestError) return null;
    throw error;
  }
}
