import { SignatureError } from '../../protocol/signing.ts';
import { HttpError } from '../http/access.ts';

/** What somebody gave is not taken, handed on or kept. The message says why, in plain words, and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Has what is not to be believed refused in the same words. @throws Refused */
export const orRefused = <T>(believed: Promise<T>): Promise<T> =>
  believed.catch((cause: unknown) => {
    throw cause instanceof SignatureError ? new Refused(cause.message, { cause }) : cause;
  });

/** Has what staff are refused told to them in the same words. @throws HttpError 409 */
export const orConflict = <T>(done: Promise<T>): Promise<T> =>
  done.catch((cause: unknown) => {
    throw cause instanceof Refused ? new HttpError(409, cause.message) : cause;
  });
