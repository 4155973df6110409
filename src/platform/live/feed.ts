import type { LivePhone } from '../../protocol/api/live.ts';
import type { FacilityId, TerminalId } from '../../protocol/units.ts';
import { type OpenAlerts, openAlerts } from '../alerts/kept.ts';
import { type CallNow, callsNow } from '../calls/now.ts';
import type { Control } from '../context.ts';
import type { Watcher, Watching } from '../link/watching.ts';
import { offlineSince } from '../terminals/health/kept.ts';
import { isNews, type Said, Unread } from '../terminals/health/said.ts';
import { type Place, placesOf } from '../terminals/places.ts';
import { livePhone } from './phone.ts';
import { LiveStream } from './stream.ts';

/** What changes is told together, so often at most, ms. */
const EVERY = 100;
/** Phones that were added, moved or taken away are seen by then, and alerts that another platform keeps, ms. */
const AGAIN_EVERY = 10_000;

export type Given = Pick<Control, 'db' | 'now' | 'counters'>;

/** One facility as it is, for as long as somebody looks at it. */
export class Feed implements Watcher {
  readonly channels = ['status', 'events'] as const;
  readonly #facility: FacilityId;
  readonly #given: Given;
  readonly #unread: Unread;
  readonly #streams = new Set<LiveStream>();
  readonly #said = new Map<TerminalId, Said>();
  #places = new Map<TerminalId, Place>();
  #phones = new Map<TerminalId, LivePhone>();
  /** What was said and could not be looked up: it is tried again with the places. */
  readonly #owed = new Set<TerminalId>();
  #up = false;
  #alerts: OpenAlerts = { open: 0, latest: null };
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  readonly #again: NodeJS.Timeout;
  readonly #leave: () => void;

  constructor(facility: FacilityId, given: Given, watching: Watching, failed: (error: unknown) => void) {
    this.#facility = facility;
    this.#given = given;
    this.#unread = new Unread(facility);
    const look = (work: () => Promise<void>) => {
      this.#looking = this.#looking.then(work).catch(failed);
    };
    this.#look = () => look(() => this.#tellNews());
    this.#lookAtAlerts = () => look(() => this.#tellAlerts());
    this.#again = setInterval(() => {
      look(() => this.#findPlaces());
      this.#lookAtAlerts();
    }, AGAIN_EVERY);
    look(() => this.#findPlaces());
    this.#lookAtAlerts();
    this.#leave = watching.watch(facility, this);
  }

  readonly #look: () => void;
  readonly #lookAtAlerts: () => void;

  /** How many look at it. */
  get size(): number {
    return this.#streams.size;
  }

  /** One more who looks; it ends with its stream. */
  async open(): Promise<LiveStream> {
    await this.#looking;
    const stream = new LiveStream(this.#given.now);
    stream.begin(this.#phones.values());
    stream.linked(this.#up ? 'up' : 'down');
    stream.alerted(this.#alerts);
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    return stream;
  }

  close(): void {
    this.#leave();
    clearInterval(this.#again);
    if (this.#timer) clearTimeout(this.#timer);
    for (const stream of this.#streams) stream.destroy();
  }

  hear(topic: string, payload: Buffer): void {
    if (!this.#unread.hear(topic, payload)) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, EVERY);
  }

  linked(up: boolean): void {
    this.#up = up;
    for (const stream of this.#streams) stream.linked(up ? 'up' : 'down');
  }

  /** The alerts of the facility are others than before. */
  alerted(): void {
    this.#lookAtAlerts();
  }

  async #tellAlerts(): Promise<void> {
    const alerts = await openAlerts(this.#given.db, this.#facility);
    if (JSON.stringify(alerts) === JSON.stringify(this.#alerts)) return;
    this.#alerts = alerts;
    for (const stream of this.#streams) stream.alerted(alerts);
  }

  async #tellNews(): Promise<void> {
    const { said, refused, bad } = this.#unread.take();
    for (let n = 0; n < bad; n++) this.#given.counters.add('status');
    const news = [...said].filter(([terminal, now]) => isNews(this.#said.get(terminal), now));
    const at = this.#given.now();
    for (const [terminal, now] of news)
      this.#owed.add(terminal) && this.#said.set(terminal, isLost(now) ? { ...now, at } : now);
    for (const stream of this.#streams) stream.tell([], refused);
    await this.#tellOwed();
  }

  async #tellOwed(): Promise<void> {
    const owed = [...this.#owed];
    const phones = await this.#make(owed);
    for (const terminal of owed) this.#owed.delete(terminal);
    for (const phone of phones) this.#phones.set(phone.terminal, phone);
    for (const stream of this.#streams) stream.tell(phones, []);
  }

  /** What phones say of a place that the facility does not have is not shown: nobody has put one there. */
  async #make(terminals: readonly TerminalId[]): Promise<LivePhone[]> {
    const places = terminals.flatMap((terminal) => this.#places.get(terminal) ?? []);
    const calls = await callsNow(
      this.#given.db,
      places.flatMap(({ terminal }) => {
        const status = this.#said.get(terminal)?.status;
        return status?.online && status.call ? [{ facility: this.#facility, terminal, call: status.call }] : [];
      }),
    );
    const lost = await this.#lost(places);
    return places.map((place) => {
      const said = lost.get(place.terminal) ?? this.#said.get(place.terminal) ?? null;
      return livePhone(place, said, knownOf(said, calls));
    });
  }

  /** What phones said that were lost, with the time from which they were: their will does not know. */
  async #lost(places: readonly Place[]): Promise<Map<TerminalId, Said>> {
    const lost = places.flatMap(({ terminal }) => {
      const said = this.#said.get(terminal);
      return said && isLost(said) ? [{ terminal, said }] : [];
    });
    const phones = lost.map(({ terminal }) => terminal);
    const since = await offlineSince(this.#given.db, this.#facility, phones);
    return new Map(lost.map(({ terminal, said }) => [terminal, { ...said, at: since.get(terminal) ?? said.at }]));
  }

  async #findPlaces(): Promise<void> {
    const places = await placesOf(this.#given.db, this.#facility);
    const as = ({ terminal, unit }: Place) => `${terminal} ${unit}`;
    const before = [...this.#places.values()].map(as).join();
    if (before === places.map(as).join()) return this.#owed.size > 0 ? this.#tellOwed() : undefined;
    this.#places = new Map(places.map((place) => [place.terminal, place]));
    const phones = await this.#make([...this.#places.keys()]);
    this.#phones = new Map(phones.map((phone) => [phone.terminal, phone]));
    for (const stream of this.#streams) stream.begin(phones);
  }
}

const isLost = ({ status }: Said): boolean => !status.online && status.lost === true;

const knownOf = (said: Said | null, calls: ReadonlyMap<string, CallNow>): CallNow | null =>
  (said?.status.online && said.status.call && calls.get(said.status.call)) || null;
