import { OutOfOrder } from '../../../protocol/api/reports.ts';
import { FAULTS, type TerminalStatus } from '../../../protocol/messages.ts';
import type { FacilityId, Instant, TerminalId } from '../../../protocol/units.ts';

/** A time in which a phone is out of order. */
export interface Outage {
  readonly facility: FacilityId;
  readonly terminal: TerminalId;
  readonly what: OutOfOrder;
  readonly since: Instant;
  /** Null while it lasts. */
  readonly until: Instant | null;
  /** Somebody was told that it lasts. */
  readonly told: boolean;
}

interface Span {
  /** As it is known. */
  known: Outage;
  /** As it stands in the table; null where it does not. */
  kept: Outage | null;
  /** It may be kept, if there was room for it. */
  mayBe: boolean;
  /** It is not kept before: nobody has put a phone there, as far as is known. */
  notBefore: number;
}

/** What is to be written. */
export interface Due {
  readonly begun: readonly Outage[];
  readonly changed: readonly Outage[];
}

/** What comes again so soon after its end goes on as if it had not ended, ms. */
const JOINED = 60_000;
/** Somebody is told of what lasts so long, ms. */
const LONG = 600_000;
/** What could not be kept, for nobody has put a phone there, is tried again after so long, ms. */
const AGAIN = 60_000;

const nameOf = ({ terminal, what }: Pick<Outage, 'terminal' | 'what'>): string => `${terminal} ${what}`;

/** Whether a phone is out of order in this way; null: its status does not tell. Nobody knows of the faults of a phone that is away. */
function isOut(status: TerminalStatus, what: OutOfOrder): boolean | null {
  if (what === 'offline') return !status.online;
  if (!status.online) return null;
  if (what === 'not-registered') return status.registration === 'unregistered';
  return FAULTS.some((fault) => fault === what && status.faults.includes(fault));
}

/** When the phones of one facility were out of order, reckoned from what they say of themselves; and what of it is to be written. */
export class Spans {
  readonly #facility: FacilityId;
  readonly #room: (terminal: TerminalId) => boolean;
  readonly #spans: Map<string, Span>;
  readonly #births = new Map<TerminalId, number>();

  /** Goes on with what lasted when it was last `kept`; `room`: whether one more of a phone may be kept. */
  constructor(facility: FacilityId, kept: readonly Outage[], room: (terminal: TerminalId) => boolean) {
    this.#facility = facility;
    this.#room = room;
    this.#spans = new Map(kept.map((known) => [nameOf(known), { known, kept: known, mayBe: true, notBefore: 0 }]));
  }

  /** A phone says how it is. What an earlier life of it has left behind is not heard. */
  hear(terminal: TerminalId, status: TerminalStatus, at: Instant): void {
    if (status.birth < (this.#births.get(terminal) ?? 0)) return;
    this.#births.set(terminal, status.birth);
    for (const what of OutOfOrder.options) {
      const out = isOut(status, what);
      if (out === true) this.#begin(terminal, what, at);
      else if (out === false) this.#end(terminal, what, at);
    }
  }

  /** What lasts so long now that somebody must be told; each is given once. */
  lasting(now: Instant): Outage[] {
    const spans = [...this.#spans.values()].filter(
      ({ known, kept }) => kept && !known.told && known.until === null && now - known.since >= LONG,
    );
    for (const span of spans) span.known = { ...span.known, told: true };
    return spans.map(({ known }) => known);
  }

  /** What is to be written: what has begun, and what is over for good or was told. What neither stays nor finds room is forgotten; `lost` counts it. */
  due(now: Instant): Due & { readonly lost: number } {
    const begun: Outage[] = [];
    const changed: Outage[] = [];
    let lost = 0;
    for (const [name, span] of this.#spans) {
      const { known, kept } = span;
      const isOver = known.until !== null && now - known.until >= JOINED;
      const row = isOver ? known : { ...known, until: null };
      if (kept) {
        if (isOver || known.told !== kept.told) changed.push(row);
        continue;
      }
      span.mayBe ||= this.#room(known.terminal);
      if (span.mayBe && now >= span.notBefore) begun.push(row);
      else if (isOver) lost += Number(this.#spans.delete(name));
    }
    return { begun, changed, lost };
  }

  /** It was written, of those phones that are `there`. */
  written({ begun, changed }: Due, there: ReadonlySet<TerminalId>, now: Instant): void {
    for (const row of [...begun, ...changed]) {
      const span = this.#spans.get(nameOf(row));
      if (!span) continue;
      if (row.until !== null) this.#spans.delete(nameOf(row));
      else if (span.kept || there.has(row.terminal)) span.kept = row;
      else span.notBefore = now + AGAIN;
    }
  }

  /** Its phone is there no more, and nothing of it is kept. */
  forget(outage: Pick<Outage, 'terminal' | 'what'>): void {
    this.#spans.delete(nameOf(outage));
  }

  #begin(terminal: TerminalId, what: OutOfOrder, at: Instant): void {
    const span = this.#spans.get(nameOf({ terminal, what }));
    if (span) span.known = { ...span.known, until: null };
    else {
      const known = { facility: this.#facility, terminal, what, since: at, until: null, told: false };
      this.#spans.set(nameOf(known), { known, kept: null, mayBe: false, notBefore: 0 });
    }
  }

  #end(terminal: TerminalId, what: OutOfOrder, at: Instant): void {
    const span = this.#spans.get(nameOf({ terminal, what }));
    if (span && span.known.until === null)
      span.known = { ...span.known, until: Math.max(span.known.since, at) as Instant };
  }
}
