import type { Logger } from 'pino';
import type { FacilityId } from '../../protocol/units.ts';
import type { Watching } from '../link/watching.ts';
import { Feed, type Given } from './feed.ts';
import type { LiveStream } from './stream.ts';

/** Pages that look at one facility at most. */
const MOST = 200;
/** Nobody looks any more: it is watched a little longer, for pages that are only loaded anew, ms. */
const LINGER = 10_000;

/** What is looked at: one feed for each facility, for all who look at it. */
export class Feeds {
  readonly #given: Given;
  readonly #watching: Watching;
  readonly #log: Logger;
  readonly #feeds = new Map<FacilityId, Feed>();
  readonly #lingering = new Map<FacilityId, NodeJS.Timeout>();
  #closed = false;

  constructor(given: Given, watching: Watching, log: Logger) {
    this.#given = given;
    this.#watching = watching;
    this.#log = log;
  }

  /** A stream of what the phones of the facility do; null where as many look as can, or this is closed. */
  async open(facility: FacilityId): Promise<LiveStream | null> {
    if (this.#closed) return null;
    clearTimeout(this.#lingering.get(facility));
    const feed = this.#feeds.get(facility) ?? this.#start(facility);
    if (feed.size >= MOST) return null;
    const stream = await feed.open();
    stream.once('close', () => this.#left(facility, feed));
    return stream;
  }

  /** The alerts of a facility are others than before: who looks at it is told. */
  alerted(facility: FacilityId): void {
    this.#feeds.get(facility)?.alerted();
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }

  #start(facility: FacilityId): Feed {
    const failed = (err: unknown) => this.#log.warn({ err, facility }, 'what phones do could not be looked up');
    const feed = new Feed(facility, this.#given, this.#watching, failed);
    this.#feeds.set(facility, feed);
    return feed;
  }

  #left(facility: FacilityId, feed: Feed): void {
    if (feed.size > 0 || this.#feeds.get(facility) !== feed) return;
    clearTimeout(this.#lingering.get(facility));
    const end = () => {
      this.#lingering.delete(facility);
      if (feed.size > 0) return;
      this.#feeds.delete(facility);
      feed.close();
    };
    this.#lingering.set(facility, setTimeout(end, LINGER));
  }
}
