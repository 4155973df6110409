import { SignatureError } from '../../protocol/signing.ts';

/** What somebody gave is not taken, handed on or kept. The message says why, in plain words, and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Has what is not to be believed refused in the same words. @throws Refused */
export const orRefused = <T>(believed: Promise<T>): Promise<T> =>
  believed.catch((cause: unknown) => {
    throw cause instanceof SignatureError ? new Refused(cause.message, { cause }) : cause;
  });
