import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import { z } from 'zod';
import { replaceFile, syncFolder } from '../../protocol/durable.ts';
import { storageError } from './error.ts';
import type { StorageLog } from './journal.ts';
import { checksum } from './line.ts';
import type { Document } from './port.ts';

/** How a document is opened. */
export interface DocumentOptions<T> {
  readonly log?: StorageLog;
  /**
   * The value of a document that was there but cannot be read; without it that is the initial one.
   * For what guards something, the initial value of a new terminal is not the safe one.
   */
  readonly whenDamaged?: () => T;
}

/**
 * Opens the document at `path`, whose folder is made where it is missing. One that is damaged, or is not
 * as `schema` wants it, is set aside beside it and said so in one line; it never stops a terminal from starting.
 * @throws StorageError where the file system refuses.
 */
export async function openDocument<T>(
  path: string,
  schema: z.ZodType<T>,
  initial: T,
  options: DocumentOptions<T> = {},
): Promise<Document<T>> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const adapter = new DurableFile(path, schema);
    const low = new Low<T>(adapter, initial);
    await low.read();
    const document = new StoredDocument(path, low);
    if (adapter.damaged) {
      const aside = `${path}.damaged`;
      await rename(path, aside);
      await syncFolder(dirname(path));
      options.log?.warn({ file: path }, `document is damaged and was set aside as ${aside}`);
      if (options.whenDamaged) await document.write(options.whenDamaged());
    }
    return document;
  } catch (cause) {
    throw storageError('the document cannot be opened', path, cause);
  }
}

/**
 * What the document at `path` holds, for who only looks: null where there is none, or it is damaged.
 * @throws Error where the file system refuses.
 */
export const readDocument = <T>(path: string, schema: z.ZodType<T>): Promise<T | null> =>
  new DurableFile(path, schema).read();

/** The checksum is of `value` as JSON: damage that leaves sound JSON, as one digit for another, is found too. */
const Envelope = z.strictObject({ crc: z.string(), value: z.unknown() });

/** lowdb's own adapter never syncs: after a power cut the file could be empty. This one loses neither old nor new. */
class DurableFile<T> implements Adapter<T> {
  damaged = false;
  readonly #path: string;
  readonly #schema: z.ZodType<T>;

  constructor(path: string, schema: z.ZodType<T>) {
    this.#path = path;
    this.#schema = schema;
  }

  async read(): Promise<T | null> {
    const text = await readFile(this.#path, 'utf8').catch((cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
      throw cause;
    });
    if (text === null) return null;
    const value = this.#schema.safeParse(open(text));
    this.damaged = !value.success;
    return value.success ? value.data : null;
  }

  async write(value: T): Promise<void> {
    const text = JSON.stringify({ crc: checksum(JSON.stringify(value)), value });
    await replaceFile(this.#path, Buffer.from(`${text}\n`));
  }
}

/** What is in the envelope, or undefined where it is damaged. */
function open(text: string): unknown {
  try {
    const { crc, value } = Envelope.parse(JSON.parse(text));
    return crc === checksum(JSON.stringify(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

class StoredDocument<T> implements Document<T> {
  readonly #path: string;
  readonly #low: Low<T>;
  #last: Promise<void> = Promise.resolve();
  #value: T;

  constructor(path: string, low: Low<T>) {
    this.#path = path;
    this.#low = low;
    this.#value = low.data;
  }

  get value(): T {
    return this.#value;
  }

  write(value: T): Promise<void> {
    const written = this.#last.then(async () => {
      this.#low.data = value;
      try {
        await this.#low.write();
      } catch (cause) {
        throw storageError('the document cannot be written', this.#path, cause);
      }
      this.#value = value;
    });
    this.#last = written.catch(() => undefined);
    return written;
  }
}
