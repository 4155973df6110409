import type { SrtpSuite } from '../../../src/terminal/telephony/port.ts';
import type { Fed } from './feed.ts';

/** What a contestant is to do. */
export interface Task {
  /** Where the sound of each of its calls is sent. */
  readonly sinks: readonly number[];
  /** Null: plain RTP. */
  readonly suite: SrtpSuite | null;
  /** Whether somebody listens to both directions. */
  readonly taps: boolean;
  /** Whether its main thread has much else to do; only ours has such a thread. */
  readonly busy: boolean;
}

/** A program that holds calls. */
export interface Contestant {
  readonly pid: number;
  /** Where it takes the sound of each call. */
  readonly ends: readonly Fed[];
  stop(): Promise<void>;
}

export type Start = (task: Task) => Promise<Contestant>;
