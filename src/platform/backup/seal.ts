import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { identitiesIn } from './identity.ts';

/** An archive that cannot be read; the message is for people. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

/** The first line of a file that age made. */
const HEAD = Buffer.from('age-encryption.org/v1\n');

type Web = globalThis.ReadableStream<Uint8Array>;

/** What encrypts to all of `recipients`. @throws Error naming the one that is none */
export function sealerTo(recipients: readonly string[]): (plain: AsyncIterable<Uint8Array>) => Promise<Readable> {
  const encrypter = new Encrypter();
  for (const recipient of recipients)
    try {
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw new Error(`backup.recipients: ${recipient} is no recipient of age: copy it anew`, { cause });
    }
  return async (plain) => readable(await encrypter.encrypt(ReadableStream.from(plain) as Web));
}

/**
 * Decrypts what comes from `sealed` by the identities in `text`. Each piece is proven as it comes; that it is whole is known at its end.
 * @throws ArchiveError where it is none of age, or for another key
 */
export async function opened(sealed: AsyncIterable<Uint8Array>, text: string): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  for (const identity of identitiesIn(text)) decrypter.addIdentity(identity);
  const plain = await decrypter.decrypt(ReadableStream.from(headed(sealed)) as Web).catch((cause: Error) => {
    if (cause instanceof ArchiveError) throw cause;
    const isOther = cause.message.startsWith('no identity matched');
    throw new ArchiveError(isOther ? 'it was encrypted to another key than this' : BROKEN, { cause });
  });
  return proven(plain);
}

const BROKEN = 'it is cut off or was changed: take another';

async function* proven(plain: Web): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of readable(plain)) yield piece as Uint8Array;
  } catch (cause) {
    throw cause instanceof ArchiveError ? cause : new ArchiveError(BROKEN, { cause });
  }
}

/** Age looks for the end of a line in whatever it is given, however long that is. */
async function* headed(sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const piece of sealed) {
    if (head.length >= HEAD.length) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    const seen = Math.min(head.length, HEAD.length);
    if (!head.subarray(0, seen).equals(HEAD.subarray(0, seen))) throw new ArchiveError('it is no backup');
    if (head.length >= HEAD.length) yield head;
  }
  if (head.length < HEAD.length) throw new ArchiveError(BROKEN);
}

const readable = (web: Web): Readable => Readable.fromWeb(web as ReadableStream<Uint8Array>);
