import type { Observable } from 'rxjs';
import type { JournalEntry, KeptEntry } from '../../protocol/journal.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import type { CallId } from '../../protocol/units.ts';

/** The append-only journal of what must survive the plug being pulled. */
export interface Journal {
  /** What was found at start, oldest first; bad lines have been quarantined, and records of before are signed. */
  readonly found: readonly KeptEntry[];
  /** Bad lines set aside at start. */
  readonly quarantined: number;
  /** Resolves when the entry is on the disk (fdatasync), a record with the terminal's signature. Appends are written in the order of the calls. */
  append(entry: JournalEntry): Promise<void>;
  /** Records to be sent and not confirmed, oldest first: none that is held until the handset is down. */
  waiting(): readonly SignedRecord[];
  /** Each record as it is to be sent. */
  readonly records: Observable<SignedRecord>;
  /** The platform has the record. Compacts the file when nothing waits. */
  confirm(call: CallId): Promise<void>;
  close(): Promise<void>;
}

/** One small document that survives a power cut whole: old or new, never torn. */
export interface Document<T> {
  readonly value: T;
  /** Resolves when the new value is on the disk. */
  write(value: T): Promise<void>;
}
