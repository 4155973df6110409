import type { CallRecord, Phase } from '../../protocol/call.ts';
import type { JournalLine } from '../../protocol/journal.ts';
import {
  between,
  type CallId,
  type FacilityId,
  type Instant,
  type Millis,
  type TerminalId,
  type UnitId,
} from '../../protocol/units.ts';

type Entry<T extends JournalLine['type']> = Extract<JournalLine, { type: T }>;

/** What the journal tells of a lift that never got its record. */
interface Trace {
  readonly call: CallId;
  /** The first entry's time: the lift's, unless that line was lost. */
  readonly first: Instant;
  dialled: Entry<'dialled'> | null;
  accepted: Instant | null;
  last: Instant;
}

/** Whose terminal it is that made the records. */
export interface Identity {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
}

/**
 * The records of lifts which a power cut or a crash left without one, oldest first. Each ended `restarted`, at `now`;
 * talked is counted to the last moment written down, so that nobody pays for what nobody saw.
 */
export function recover(entries: readonly JournalLine[], ids: Identity, now: Instant): CallRecord[] {
  return [...traces(entries).values()].map((trace) => recordOf(trace, ids, now));
}

function traces(entries: readonly JournalLine[]): Map<CallId, Trace> {
  const open = new Map<CallId, Trace>();
  const closed = new Set<CallId>();
  for (const entry of entries) {
    const call = entry.type === 'record' ? entry.record.call : entry.call;
    if (entry.type === 'record' || entry.type === 'signed' || entry.type === 'confirmed') {
      closed.add(call);
      open.delete(call);
    } else if (!closed.has(call)) {
      const trace = open.get(call) ?? { call, first: entry.at, dialled: null, accepted: null, last: entry.at };
      open.set(call, trace);
      note(trace, entry);
    }
  }
  return open;
}

function note(trace: Trace, entry: Exclude<JournalLine, { type: 'record' | 'signed' | 'confirmed' }>): void {
  trace.last = Math.max(trace.last, entry.at) as Instant;
  if (entry.type === 'dialled') trace.dialled = entry;
  if (entry.type === 'accepted') trace.accepted ??= entry.at;
}

/** A grant may have been raised after `dialled` was written, so talk is bounded by what was written while it went on. */
const talkedIn = ({ accepted, last }: Trace): Millis => (accepted === null ? (0 as Millis) : between(accepted, last));

function recordOf(trace: Trace, ids: Identity, now: Instant): CallRecord {
  const { call, first, dialled, accepted, last } = trace;
  const during: Phase = accepted !== null ? 'talking' : dialled !== null ? 'dialling' : 'language';
  const ended = Math.max(now, last) as Instant;
  return {
    call,
    ...ids,
    kind: dialled?.kind ?? 'attempt',
    language: dialled?.language ?? null,
    caller: dialled?.caller ?? null,
    number: dialled?.number ?? null,
    phases: [
      ...(dialled ? [{ phase: 'dialling' as const, at: dialled.at }] : []),
      ...(accepted !== null ? [{ phase: 'talking' as const, at: accepted }] : []),
      { phase: 'ended', at: ended },
    ],
    lifted: first,
    answered: accepted,
    accepted,
    ended,
    talked: talkedIn(trace),
    ending: { reason: 'restarted', during },
    charge: chargeOf(dialled),
    quality: null,
    redirections: [],
    privileged: dialled?.privileged ?? false,
    hidden: dialled?.hidden ?? false,
  };
}

function chargeOf(dialled: Entry<'dialled'> | null) {
  if (dialled === null) return null;
  return dialled.grant === null ? ({ kind: 'free' } as const) : dialled.grant.charge;
}
