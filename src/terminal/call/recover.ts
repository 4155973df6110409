import type { CallRecord, Cover, Phase, VoiceLog } from '../../protocol/call.ts';
import type { JournalEntry, JournalLine } from '../../protocol/journal.ts';
import {
  between,
  type CallId,
  type FacilityId,
  type Instant,
  type Millis,
  type TerminalId,
  type UnitId,
} from '../../protocol/units.ts';

type Entry<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>;

/** What the journal tells of a lift that never got its record. */
interface Trace {
  readonly call: CallId;
  /** The first entry's time: the lift's, unless that line was lost. */
  readonly first: Instant;
  dialled: Entry<'dialled'> | null;
  accepted: Instant | null;
  voice: VoiceLog | null;
  last: Instant;
}

/** Whose terminal it is that made the records. */
export interface Identity {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
}

/** What is to be written after a start, and of how many lifts that may be told. */
interface Recovered {
  readonly entries: readonly JournalEntry[];
  readonly told: number;
}

/**
 * The records of lifts which a power cut or a crash left without one, oldest first. Each ended `restarted`, at `now`;
 * talked is counted to the last moment written down, so that nobody pays for what nobody saw. A tip line's has the cover that such a
 * lift would have had, where none was written; one whose cover was is not told to have been lost.
 */
export function recover(lines: readonly JournalLine[], ids: Identity, now: Instant): Recovered {
  const covers = new Set(lines.flatMap((line) => ('cover' in line && line.cover !== undefined ? [line.call] : [])));
  const lost = [...traces(lines).values()].map((trace) => recordOf(trace, ids, now));
  const held = heldIn(lines);
  const bare = held.filter(({ call, hidden }) => hidden && !covers.has(call));
  const down = held.map((record): JournalEntry => {
    const cover = bare.includes(record) ? { cover: cut(latest(now, record.ended)) } : {};
    return { type: 'down', call: record.call, at: now, ...cover };
  });
  return {
    entries: [...lost.map((record): JournalEntry => ({ type: 'record', record })), ...down],
    told: lost.filter(({ call }) => !covers.has(call)).length + bare.length,
  };
}

/** Records that wait for a handset which is down since. */
function heldIn(lines: readonly JournalLine[]): CallRecord[] {
  const over = new Set(
    lines.flatMap((line) => (line.type === 'signed' || line.type === 'confirmed' ? [line.call] : [])),
  );
  return lines.flatMap((line) => (line.type === 'held' && !over.has(line.call) ? [line.record] : []));
}

/** As a lift in which nobody was called is recovered. */
const cut = (ended: Instant): Cover => ({
  language: null,
  caller: null,
  phases: [{ phase: 'ended', at: ended }],
  ended,
  ending: { reason: 'restarted', during: 'language' },
});

const latest = (a: Instant, b: Instant): Instant => Math.max(a, b) as Instant;

const isOver = (
  line: JournalLine,
): line is Extract<JournalLine, { type: 'record' | 'held' | 'signed' | 'confirmed' }> =>
  ['record', 'held', 'signed', 'confirmed'].includes(line.type);

function traces(entries: readonly JournalLine[]): Map<CallId, Trace> {
  const open = new Map<CallId, Trace>();
  const closed = new Set<CallId>();
  for (const entry of entries) {
    const call = entry.type === 'record' ? entry.record.call : entry.call;
    if (isOver(entry)) {
      closed.add(call);
      open.delete(call);
    } else if (!closed.has(call)) {
      const trace = open.get(call) ?? {
        call,
        first: entry.at,
        dialled: null,
        accepted: null,
        voice: null,
        last: entry.at,
      };
      open.set(call, trace);
      note(trace, entry);
    }
  }
  return open;
}

function note(trace: Trace, entry: Exclude<JournalLine, { type: 'record' | 'held' | 'signed' | 'confirmed' }>): void {
  trace.last = latest(trace.last, entry.at);
  if (entry.type === 'dialled') trace.dialled = entry;
  if (entry.type === 'voice') trace.voice = entry.voice;
  if (entry.type === 'accepted') trace.accepted ??= entry.at;
}

/** A grant may have been raised after `dialled` was written, so talk is bounded by what was written while it went on. */
const talkedIn = ({ accepted, last }: Trace): Millis => (accepted === null ? (0 as Millis) : between(accepted, last));

function recordOf(trace: Trace, ids: Identity, now: Instant): CallRecord {
  const { call, first, dialled, accepted, last } = trace;
  const during: Phase = accepted !== null ? 'talking' : dialled !== null ? 'dialling' : 'language';
  const ended = latest(now, last);
  const hidden = dialled?.hidden ?? false;
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
    hidden,
    ...(trace.voice && { voice: trace.voice }),
    ...(hidden && { cover: cut(ended) }),
  };
}

function chargeOf(dialled: Entry<'dialled'> | null) {
  if (dialled === null) return null;
  return dialled.grant === null ? ({ kind: 'free' } as const) : dialled.grant.charge;
}
