import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { HttpError } from '../../http/access.ts';
import { atMost } from './at-most.ts';

/** OWASP's first choice of 2024 for Argon2id (which is the library's own default): 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Each takes a fifth of a second of one processor and 19 MiB: so many at a time, and no longer a queue than is answered in a while. */
const inTurn = atMost(Math.max(1, Math.min(3, availableParallelism() - 1)), 50, () => {
  throw new HttpError(503, 'too many sign in at this moment: try again in a while');
});

/** Of no password: what is compared where nobody has that e-mail, so that it takes as long. */
let nobody: Promise<string> | null = null;

/** @throws HttpError 503 where too many are being looked at */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, COST));

/**
 * Whether it is the password of `stored`; null is nobody's, and takes as long to say.
 * @throws HttpError 503 where too many are being looked at
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  nobody ??= hash('of nobody', COST);
  const against = stored ?? (await nobody);
  const same = await inTurn(() => verify(against, password));
  return same && stored !== null;
}
