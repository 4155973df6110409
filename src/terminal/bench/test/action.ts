import type { Part } from '../../../protocol/self-test.ts';
import type { Millis } from '../../../protocol/units.ts';
import type { Led } from '../../hardware/port.ts';

/** All that a self-test asks for, done in order. */
export type TestAction =
  /** Looks at a part that needs nobody; answered by `measured`. */
  | { type: 'measure'; part: Part }
  | { type: 'lamp'; led: Led; lit: 'on' | 'off' | 'blink' }
  | { type: 'echo'; on: boolean }
  /** Sets the one timer anew. */
  | { type: 'timer'; run: number; after: Millis }
  /** It is over: nothing follows. */
  | { type: 'over' };
