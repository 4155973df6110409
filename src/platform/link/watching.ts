import { facilityOf, terminalsOf } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';

/** Whoever looks at a facility. */
export interface Watcher {
  /** A phone has said something on its topic; at first, what stands there of each. */
  hear(topic: string, payload: Buffer): void;
  /** Whether all that is said is heard. */
  linked(up: boolean): void;
}

const filtersOf = (facility: FacilityId): string[] => [
  terminalsOf(facility, 'status'),
  terminalsOf(facility, 'events'),
];

/** Facilities that are looked at, be they served here or by another platform: what their phones say of themselves is heard for as long. */
export class Watching {
  readonly #watchers = new Map<FacilityId, Watcher>();
  #changed: () => void = () => undefined;
  #up = false;

  /** The filters of what is heard. */
  get topics(): string[] {
    return [...this.#watchers.keys()].flatMap(filtersOf);
  }

  /** Looks at a facility until what it gives is called; one watcher at a time looks at one. */
  watch(facility: FacilityId, watcher: Watcher): () => void {
    this.#watchers.set(facility, watcher);
    watcher.linked(this.#up);
    this.#changed();
    return () => {
      this.#watchers.delete(facility);
      this.#changed();
    };
  }

  /** To be told when what is to be heard changes. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  linked(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    for (const watcher of this.#watchers.values()) watcher.linked(up);
  }

  /** Takes what came on a phone's topic; gives the filters by which it came although nobody looks at its facility. */
  receive(topic: string, payload: Buffer): readonly string[] {
    const facility = facilityOf(topic);
    const watcher = facility && this.#watchers.get(facility);
    watcher?.hear(topic, payload);
    return facility && !watcher ? filtersOf(facility) : [];
  }
}
