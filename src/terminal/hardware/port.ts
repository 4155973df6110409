import type { Observable } from 'rxjs';
import type { Key } from '../../protocol/units.ts';

export type HardwareEvent =
  /** Debounced; sent on every change, and once at start. `off` is lifted. */
  | { type: 'hook'; hook: 'on' | 'off' }
  | { type: 'key'; key: Key; edge: 'down' | 'up' }
  | { type: 'volume'; direction: 'up' | 'down' }
  | { type: 'tamper'; open: boolean }
  /** The board is gone or has come back. After `ok` the hook's state is told anew. */
  | { type: 'board'; state: 'ok' | 'fault'; detail: string }
  /** Noise on the line: counted and dropped. */
  | { type: 'malformed'; detail: string };

export type Led = 'line' | 'fault';

/** The parts of a phone one can touch, whatever wires them. */
export interface Hardware {
  readonly events: Observable<HardwareEvent>;
  led(led: Led, state: 'on' | 'off' | 'blink'): void;
  close(): Promise<void>;
}
