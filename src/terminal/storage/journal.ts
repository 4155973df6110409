import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Observable, Subject } from 'rxjs';
import { signRecord } from '../../protocol/attest.ts';
import type { CallRecord } from '../../protocol/call.ts';
import { appendDurably, replaceFile, syncFolder, writeAll } from '../../protocol/durable.ts';
import { FolderInUseError, lockFolder } from '../../protocol/folder-lock.ts';
import type { JournalEntry, KeptEntry } from '../../protocol/journal.ts';
import type { TerminalPrivateKey } from '../../protocol/keys.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import type { CallId } from '../../protocol/units.ts';
import { StorageError, storageError } from './error.ts';
import { type Reading, readLines, toLine } from './line.ts';
import { Live } from './live.ts';
import type { Journal } from './port.ts';

const FILE = 'journal.log';
const QUARANTINE = 'journal.quarantine';
/** Below this a file is not worth the wear of writing it anew. */
const COMPACT_FROM = 64 * 1024;
/** More than this at once means that the disk hangs. */
const WAITING_AT_MOST = 10_000;

/** Where the journal tells what it found and did: a pino logger does. */
export interface StorageLog {
  warn(details: object, text: string): void;
}

/**
 * Opens the journal in `folder`, which is made where it is missing and belongs to this process until `close`. Records are
 * signed with `key` as they are written, so that what is kept and sent is this terminal's own word.
 * @throws StorageError where the folder cannot be used, FolderInUseError where another process has it.
 */
export async function openJournal(folder: string, key: TerminalPrivateKey, log?: StorageLog): Promise<Journal> {
  const path = join(folder, FILE);
  try {
    const unlock = lockFolder(folder);
    try {
      const reading = await read(path);
      const found = await Promise.all(
        reading.entries.map((entry) => (entry.type === 'record' ? sign(entry.record, key) : entry)),
      );
      if (reading.bad.length > 0) {
        await appendDurably(join(folder, QUARANTINE), Buffer.from(`${reading.bad.join('\n')}\n`, 'latin1'));
        log?.warn({ file: path, lines: reading.bad.length }, `damaged journal lines set aside in ${QUARANTINE}`);
      }
      if (reading.torn) log?.warn({ file: path }, 'a journal line cut off by a power cut was removed');
      if (reading.bad.length > 0 || reading.torn) await replaceFile(path, bytesOf(found));
      const file = await open(path, 'a', 0o600);
      await syncFolder(folder);
      return new FileJournal({ path, file, unlock, key, found, bad: reading.bad.length });
    } catch (cause) {
      unlock();
      throw cause;
    }
  } catch (cause) {
    if (cause instanceof FolderInUseError) throw cause;
    throw storageError('the journal cannot be opened', folder, cause);
  }
}

async function read(path: string): Promise<Reading> {
  try {
    return readLines(await readFile(path));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return readLines(Buffer.alloc(0));
    throw cause;
  }
}

const bytesOf = (entries: readonly KeptEntry[]) => Buffer.from(entries.map(toLine).join(''));

async function sign(record: CallRecord, key: TerminalPrivateKey): Promise<KeptEntry> {
  return { type: 'signed', call: record.call, jws: await signRecord(record, key) };
}

interface Opened {
  readonly path: string;
  readonly file: FileHandle;
  readonly unlock: () => void;
  readonly key: TerminalPrivateKey;
  readonly found: readonly KeptEntry[];
  /** Lines set aside. */
  readonly bad: number;
}

interface Pending {
  readonly entry: JournalEntry;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

class FileJournal implements Journal {
  readonly found: readonly KeptEntry[];
  readonly quarantined: number;
  readonly records: Observable<SignedRecord>;
  readonly #path: string;
  readonly #unlock: () => void;
  readonly #key: TerminalPrivateKey;
  readonly #live = new Live();
  readonly #appended = new Subject<SignedRecord>();
  #file: FileHandle;
  #size: number;
  #queue: Pending[] = [];
  #writing: Promise<void> | null = null;
  /** The end of the file is in doubt after a failed write: it is written anew before anything is added. */
  #doubtful = false;
  #closed = false;

  constructor({ path, file, unlock, key, found, bad }: Opened) {
    this.#path = path;
    this.#file = file;
    this.#unlock = unlock;
    this.#key = key;
    this.found = found;
    this.quarantined = bad;
    this.#size = bytesOf(found).length;
    this.records = this.#appended.asObservable();
    for (const entry of found) this.#live.add(entry);
  }

  append(entry: JournalEntry): Promise<void> {
    if (this.#closed) return Promise.reject(new StorageError(`${this.#path}: the journal is closed`));
    if (this.#queue.length >= WAITING_AT_MOST) {
      return Promise.reject(new StorageError(`${this.#path}: the disk does not keep up: check or replace it`));
    }
    return new Promise((done, failed) => {
      this.#queue.push({ entry, done, failed });
      this.#writing ??= this.#work();
    });
  }

  waiting(): readonly SignedRecord[] {
    return this.#live.waiting();
  }

  async confirm(call: CallId): Promise<void> {
    if (this.#live.waits(call)) await this.append({ type: 'confirmed', call });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    this.#appended.complete();
    await this.#file.close();
    this.#unlock();
  }

  /** Everything asked for while one sync was under way shares the next. */
  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      let kept: KeptEntry[];
      try {
        if (this.#doubtful) await this.#rewrite();
        kept = await Promise.all(batch.map(({ entry }) => this.#keep(entry)));
        await this.#write(bytesOf(kept));
      } catch (cause) {
        this.#doubtful = true;
        const error = storageError('the journal cannot be written', this.#path, cause);
        for (const { failed } of batch) failed(error);
        continue;
      }
      for (const entry of kept) this.#live.add(entry);
      for (const { done } of batch) done();
      for (const entry of kept) if (entry.type === 'signed') this.#appended.next({ call: entry.call, jws: entry.jws });
      await this.#compact();
    }
    this.#writing = null;
  }

  /** As it is kept: a record that is to be sent as the phone's own word. */
  async #keep(entry: JournalEntry): Promise<KeptEntry> {
    if (entry.type === 'record') {
      const { record, held } = entry;
      return held ? { type: 'held', call: record.call, record } : sign(this.#live.whole(record), this.#key);
    }
    const held = entry.type === 'down' ? this.#live.held(entry.call) : null;
    return held === null ? entry : sign(this.#live.whole(held, entry), this.#key);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await writeAll(this.#file, bytes);
    await this.#file.datasync();
    this.#size += bytes.length;
  }

  /** Drops what no longer matters once nothing waits to be sent. Failing costs only space: it is tried again. */
  async #compact(): Promise<void> {
    if (this.#size < COMPACT_FROM || this.#live.waiting().length > 0) return;
    await this.#rewrite().catch(() => {
      this.#doubtful = true;
    });
  }

  async #rewrite(): Promise<void> {
    const bytes = bytesOf(this.#live.entries());
    await replaceFile(this.#path, bytes);
    const file = await open(this.#path, 'a', 0o600);
    const old = this.#file;
    this.#file = file;
    this.#size = bytes.length;
    this.#doubtful = false;
    await old.close();
  }
}
