import { parseTerminalTopic, terminalsOf } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';

const CHANNELS = ['status', 'events'] as const;
type Channel = (typeof CHANNELS)[number];

/** Whoever looks at a facility. */
export interface Watcher {
  /** What he wants to hear of its phones. */
  readonly channels: readonly Channel[];
  /** A phone has said something on its topic; at first, what stands there of each. */
  hear(topic: string, payload: Buffer): void;
  /** Whether all that is said is heard. */
  linked(up: boolean): void;
}

/** Facilities that are looked at, be they served here or by another platform: what their phones say of themselves is heard for as long. */
export class Watching {
  readonly #watchers = new Map<FacilityId, Set<Watcher>>();
  /** What may be heard already, and has one more who wants to be told what stands there. */
  readonly #anew = new Set<string>();
  #changed: () => void = () => undefined;
  #up = false;

  /** The filters of what is heard. */
  get topics(): string[] {
    return [...this.#watchers.keys()].flatMap((facility) => {
      const heard = CHANNELS.filter((channel) => this.#hearing(facility, channel).length > 0);
      return heard.map((channel) => terminalsOf(facility, channel));
    });
  }

  /** Looks at a facility until what it gives is called. */
  watch(facility: FacilityId, watcher: Watcher): () => void {
    this.#watchers.set(facility, new Set([...(this.#watchers.get(facility) ?? []), watcher]));
    for (const channel of watcher.channels) this.#anew.add(terminalsOf(facility, channel));
    watcher.linked(this.#up);
    this.#changed();
    return () => {
      const left = this.#watchers.get(facility);
      left?.delete(watcher);
      if (left?.size === 0) this.#watchers.delete(facility);
      this.#changed();
    };
  }

  /** The filters of which is to be handed over anew what stands there, since this was last asked. */
  takeAnew(): ReadonlySet<string> {
    const anew = new Set(this.#anew);
    this.#anew.clear();
    return anew;
  }

  /** To be told when what is to be heard changes. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  linked(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) watcher.linked(up);
  }

  /** Takes what came on a phone's topic; gives the filters by which it came although nobody wants to hear it. */
  receive(topic: string, payload: Buffer): readonly string[] {
    const from = parseTerminalTopic(topic);
    const channel = CHANNELS.find((one) => one === from?.channel);
    if (!from || !channel) return [];
    const hearing = this.#hearing(from.facility, channel);
    for (const watcher of hearing) watcher.hear(topic, payload);
    return hearing.length === 0 ? [terminalsOf(from.facility, channel)] : [];
  }

  #hearing(facility: FacilityId, channel: Channel): Watcher[] {
    return [...(this.#watchers.get(facility) ?? [])].filter(({ channels }) => channels.includes(channel));
  }
}
