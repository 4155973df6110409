import type { CallRecord } from '../../../src/protocol/call.ts';
import type { JournalEntry } from '../../../src/protocol/journal.ts';
import { CallId, FacilityId, type Instant, type Millis, TerminalId, UnitId } from '../../../src/protocol/units.ts';

/** The id of the n-th call of a test. */
export const callOf = (n: number): CallId => CallId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);

export const liftOf = (n: number): JournalEntry => ({ type: 'lifted', call: callOf(n), at: n as Instant });

/** A record as a call that was hung up at once leaves it. */
export const recordOf = (n: number): CallRecord => ({
  call: callOf(n),
  terminal: TerminalId.parse('B-1'),
  facility: FacilityId.parse('pine-river'),
  unit: UnitId.parse('B'),
  kind: 'attempt',
  language: null,
  caller: null,
  number: null,
  phases: [{ phase: 'language', at: n as Instant }],
  lifted: n as Instant,
  answered: null,
  accepted: null,
  ended: (n + 1) as Instant,
  talked: 0 as Millis,
  ending: { reason: 'caller-hung-up', during: 'language' },
  charge: null,
  quality: null,
  redirections: [],
  privileged: false,
  hidden: false,
});

export const recordEntryOf = (n: number): JournalEntry => ({ type: 'record', record: recordOf(n) });
