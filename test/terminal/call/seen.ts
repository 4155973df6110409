import type { CallRecord, Cover, Grant } from '../../../src/protocol/call.ts';
import type { JournalEntry } from '../../../src/protocol/journal.ts';
import type { Hotline } from '../../../src/protocol/messages.ts';
import type { CallId } from '../../../src/protocol/units.ts';
import type { State } from '../../../src/terminal/call/step.ts';

/** What one lift has come to, seen from outside: by what was told to the core and what it did. */
export interface Seen {
  readonly call: CallId;
  keys: string;
  grant: Grant | null;
  /** All talk granted so far. */
  quota: number;
  hotline: Hotline | null;
  asked: Map<number, string>;
  authorised: boolean;
  answered: boolean;
  accepting: boolean;
  dialled: boolean;
  journal: JournalEntry['type'][];
  accepted: number | null;
  bridge: boolean;
  /** The line is up, or on its way up. */
  line: boolean;
  record: CallRecord | null;
  /** The record waits for the handset. */
  held: boolean;
  cover: Cover | null;
  runs: Set<number>;
  requests: number;
  used: number;
  ends: number;
  /** What is asked of the caller's voice, and whether he has agreed to have it heard. */
  voice: { task: 'verify' | 'enrol'; read: boolean; agreed: boolean } | null;
  watched: boolean;
}

/** A lift of which nothing is seen yet. */
export const fresh = (call: CallId): Seen => ({
  call,
  keys: '',
  grant: null,
  quota: 0,
  hotline: null,
  asked: new Map(),
  authorised: false,
  answered: false,
  accepting: false,
  dialled: false,
  journal: [],
  accepted: null,
  bridge: false,
  line: false,
  record: null,
  held: false,
  cover: null,
  runs: new Set(),
  requests: -1,
  used: 0,
  ends: 0,
  voice: null,
  watched: false,
});

/** All that is known of a terminal from outside. */
export interface Watched {
  readonly timers: ReadonlyMap<string, number>;
  /** Calls that have their record. */
  readonly records: ReadonlySet<CallId>;
  readonly lifts: number;
  readonly seen: Seen | null;
  /** The wanted state as last told; null where what was before the restart is not known yet. */
  readonly lockdown: State['lockdown'] | null;
  readonly faults: ReadonlySet<string>;
  readonly tone: string | null;
  /** The caller hears himself. */
  readonly echo: boolean;
  /** An answer is taken from the microphone. */
  readonly listening: boolean;
  /** What is being said to each, -1 for nothing. */
  readonly saying: { readonly caller: number; readonly callee: number; readonly nobody: number };
  /** The talk that everything known so far allows, ms. */
  allowed(seen: Seen): number;
}
