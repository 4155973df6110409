import type { Observable } from 'rxjs';
import type { Phase } from '../../protocol/call.ts';
import type { Lockdown } from '../../protocol/lockdown.ts';
import type { Fault } from '../../protocol/messages.ts';
import type { Part } from '../../protocol/self-test.ts';
import type { CallId } from '../../protocol/units.ts';
import type { Job } from '../call/action.ts';
import type { CoreEvent } from '../call/event.ts';
import type { Led } from '../hardware/port.ts';

/** What the bench does to the core: takes the phone, answers jobs, ends a call for staff. */
export type BenchEvent = Extract<CoreEvent, { type: 'bench' | 'bench-reply' | 'cut-off' }>;

/** What the bench may see of the terminal. */
export interface Seen {
  readonly phase: Phase;
  readonly hook: 'on' | 'off';
  /** The bench has the phone. */
  readonly bench: boolean;
  readonly lockdown: Lockdown;
  readonly registration: 'registered' | 'unregistered' | 'not-used';
  readonly faults: readonly Fault[];
  /** Bad inputs counted since start, by edge. */
  readonly counters: Readonly<Record<string, number>>;
}

/** What the lamps show while a test has them. */
export type Lamps = Readonly<Record<Led, 'on' | 'off' | 'blink'>>;

/** The technician's bench inside a terminal. */
export interface Bench {
  readonly events: Observable<BenchEvent>;
  /** What a test wants the lamps to show; null where none has them. The present first. */
  readonly lamps: Observable<Lamps | null>;
  /** Resolves where staff want the process to end and be started again. */
  readonly restart: Promise<Error>;
  /** Does a job for a technician at the handset; ends in one `bench-reply`, or in none. */
  work(call: CallId, request: number, job: Job): void;
  /** How the terminal is now. */
  see(seen: Seen): void;
  /** Starts a self-test; resolves with its id once it has the phone. @throws BenchBusy */
  test(parts: readonly Part[], by: string): Promise<string>;
  close(): Promise<void>;
}

/** The bench cannot do it now. The message is one line that says why, and what to do. */
export class BenchBusy extends Error {
  override readonly name = 'BenchBusy';
}
