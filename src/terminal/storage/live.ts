import type { KeptEntry } from '../../protocol/journal.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import type { CallId } from '../../protocol/units.ts';

/** What of a journal still matters: the entries of calls under way, and the records nobody has confirmed. */
export class Live {
  readonly #calls = new Map<CallId, KeptEntry[]>();

  add(entry: KeptEntry): void {
    if (entry.type === 'confirmed') {
      this.#calls.delete(entry.call);
    } else if (entry.type === 'signed') {
      this.#calls.set(entry.call, [entry]);
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

  waits(call: CallId): boolean {
    return this.#calls.get(call)?.[0]?.type === 'signed';
  }
}
