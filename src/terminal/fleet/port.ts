import type { Observable } from 'rxjs';
import type { Ask, Reply } from '../../protocol/ask.ts';
import type { CommandOrder } from '../../protocol/command.ts';
import type { Lockdown } from '../../protocol/lockdown.ts';
import type { Hotline, TerminalEvent, TerminalStatus } from '../../protocol/messages.ts';
import type { PhoneSettings } from '../../protocol/phone-settings.ts';
import type { TestSummary } from '../../protocol/self-test.ts';
import type { CallId, Millis } from '../../protocol/units.ts';

export type FleetEvent =
  | { type: 'reply'; call: CallId; request: number; reply: Reply }
  | { type: 'no-reply'; call: CallId; request: number; cause: 'timeout' | 'offline' | 'error' }
  /** The wanted state to obey: told once at start from what was stored, then on every change and when one runs out. */
  | { type: 'lockdown'; lockdown: Lockdown }
  /** The facility's settings for its phones: told once at start where some are stored, then on every change. */
  | { type: 'settings'; settings: PhoneSettings }
  /** The facility's list of hotlines, told likewise. */
  | { type: 'hotlines'; hotlines: readonly Hotline[] }
  /** A command to obey: believed, in time, new, and written down so that it is obeyed once. */
  | { type: 'command'; order: CommandOrder }
  | { type: 'link'; state: 'up' | 'down' }
  | { type: 'malformed'; detail: string }
  /** Another client has connected with our id and rights. */
  | { type: 'second-client'; detail: string }
  /** An order, a command or a set of keys that was not taken: unsigned, replayed, for somebody else, expired. */
  | { type: 'order-refused'; topic: string; reason: string };

type Online = Extract<TerminalStatus, { online: true }>;

/** What a terminal's other parts know of its state; the link adds the rest. */
export type Report = Omit<Online, 'online' | 'birth' | 'orders' | 'keys' | 'settings' | 'test' | 'recordsWaiting'>;

/** The MQTT link of one terminal. */
export interface Fleet {
  readonly events: Observable<FleetEvent>;
  /**
   * Asks the platform. Ends in exactly one `reply` or `no-reply`, within the time set. An `end` is asked only where the record of its
   * call does not say so in time: there is no answer where it does.
   */
  ask(call: CallId, request: number, ask: Ask): void;
  /** Publishes the status, retained; only where it differs from the last. */
  report(report: Report): void;
  /** Has the status tell the last self-test from now on. */
  tested(test: TestSummary): void;
  /** Publishes something that happened. */
  tell(event: TerminalEvent): void;
  /** Publishes something that happened, once; resolves when the broker has it. @throws LinkError */
  announce(event: TerminalEvent): Promise<void>;
  /**
   * Publishes the status anew and waits until the broker hands it back: the way there, the rights and the way back.
   * @throws LinkError with what is wrong.
   */
  roundTrip(): Promise<Millis>;
  /** How far the platform's clock is ahead of ours, ms, as its last answer said; null before one. */
  readonly platformAhead: number | null;
  /** Resolves while the link does its work, whether there is a broker or not; rejects with what is stuck in it. */
  alive(): Promise<void>;
  close(): Promise<void>;
}
