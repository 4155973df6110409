import { SignatureError } from '../../protocol/signing.ts';

/** An order, a command or a set of keys that is not taken. The message says why. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
}

/** Has what `believed` does not believe refused in the same words. @throws OrderRefused */
export const orRefused = <T>(believed: Promise<T>): Promise<T> =>
  believed.catch((cause: unknown) => {
    throw cause instanceof SignatureError ? new OrderRefused(cause.message, { cause }) : cause;
  });
