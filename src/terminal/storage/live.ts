import type { CallRecord } from '../../protocol/call.ts';
import type { JournalEntry } from '../../protocol/journal.ts';
import type { CallId } from '../../protocol/units.ts';

/** What of a journal still matters: the entries of calls under way, and the records nobody has confirmed. */
export class Live {
  readonly #calls = new Map<CallId, JournalEntry[]>();

  add(entry: JournalEntry): void {
    if (entry.type === 'confirmed') {
      this.#calls.delete(entry.call);
    } else if (entry.type === 'record') {
      this.#calls.set(entry.record.call, [entry]);
    } else {
      const kept = this.#calls.get(entry.call) ?? [];
      // Of "still talking" only the last one says anything.
      if (entry.type === 'talking' && kept.at(-1)?.type === 'talking') kept.pop();
      this.#calls.set(entry.call, [...kept, entry]);
    }
  }

  entries(): JournalEntry[] {
    return [...this.#calls.values()].flat();
  }

  /** Records not confirmed, oldest first. */
  waiting(): CallRecord[] {
    return this.entries().flatMap((entry) => (entry.type === 'record' ? [entry.record] : []));
  }

  waits(call: CallId): boolean {
    return this.#calls.get(call)?.[0]?.type === 'record';
  }
}
