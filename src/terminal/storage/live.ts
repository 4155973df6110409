import type { CallRecord, Cover } from '../../protocol/call.ts';
import type { JournalEntry, KeptEntry } from '../../protocol/journal.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import type { CallId } from '../../protocol/units.ts';

/** Tells what a tip line is covered by. */
const covers = <E extends JournalEntry | KeptEntry>(entry: E): entry is E & { cover: Cover } =>
  'cover' in entry && entry.cover !== undefined;

/** What of a journal still matters: the entries of calls under way, and the records nobody has confirmed. */
export class Live {
  readonly #calls = new Map<CallId, KeptEntry[]>();

  add(entry: KeptEntry): void {
    if (entry.type === 'confirmed') {
      this.#calls.delete(entry.call);
    } else if (entry.type === 'signed') {
      this.#calls.set(entry.call, [entry]);
    } else if (entry.type === 'held') {
      this.#calls.set(entry.call, [...(this.#calls.get(entry.call) ?? []).filter(covers), entry]);
    } else {
      const kept = this.#calls.get(entry.call) ?? [];
      // Of "still talking" only the last one says anything.
      if (entry.type === 'talking' && kept.at(-1)?.type === 'talking') kept.pop();
      this.#calls.set(entry.call, [...kept, entry]);
    }
  }

  entries(): KeptEntry[] {
    return [...this.#calls.values()].flat();
  }

  /** Records not confirmed, oldest first. */
  waiting(): SignedRecord[] {
    return this.entries().flatMap((entry) => (entry.type === 'signed' ? [{ call: entry.call, jws: entry.jws }] : []));
  }

  /** A record as it is to be sent: a tip line's with its cover, of which `last` may tell. */
  whole(record: CallRecord, last?: JournalEntry): CallRecord {
    const cover = [...(this.#calls.get(record.call) ?? []), ...(last ? [last] : [])].find(covers)?.cover;
    return cover === undefined ? record : { ...record, cover };
  }

  /** The record of `call` that is held; null where none is. */
  held(call: CallId): CallRecord | null {
    return this.#calls.get(call)?.find((entry) => entry.type === 'held')?.record ?? null;
  }

  waits(call: CallId): boolean {
    return this.#calls.get(call)?.[0]?.type === 'signed';
  }
}
