import type { Observable } from 'rxjs';
import type { Key } from '../../protocol/units.ts';

export type HardwareEvent =
  /** Debounced; sent on every change, and once at start. `off` is lifted. */
  | { type: 'hook'; hook: 'on' | 'off' }
  | { type: 'key'; key: Key; edge: 'down' | 'up' }
  /** `next` is the only button of a phone that has one: louder, and from the loudest back to the first. */
  | { type: 'volume'; direction: 'up' | 'down' | 'next' }
  | { type: 'tamper'; open: boolean }
  /** The board is gone or has come back, with the firmware it names if it has one. After `ok` the hook's state is told anew. */
  | { type: 'board'; state: 'ok' | 'fault'; detail: string; firmware?: string }
  /** Noise on the line: counted and dropped. */
  | { type: 'malformed'; detail: string };

export type Led = 'line' | 'fault';

/** The parts of a phone one can touch, whatever wires them. */
export interface Hardware {
  readonly events: Observable<HardwareEvent>;
  led(led: Led, state: 'on' | 'off' | 'blink'): void;
  /**
   * Resolves when the driver has just done a round of its work; rejects where it is stuck. A board that is unplugged is a
   * fault, but its driver lives: it tries on, and to start anew would not help.
   */
  alive(): Promise<void>;
  close(): Promise<void>;
}
