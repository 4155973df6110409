import type { PartResult } from '../../../protocol/self-test.ts';
import type { Instant, Key } from '../../../protocol/units.ts';

/** A volume button: one for each way, or one for both. */
export type VolumeButton = 'up' | 'down' | 'next';

/** What a hand did, as drivers tell it. */
export type Touch =
  | { type: 'key'; key: Key; edge: 'down' | 'up' }
  | { type: 'hook'; hook: 'on' | 'off' }
  | { type: 'volume'; direction: VolumeButton }
  | { type: 'tamper'; open: boolean };

/** All that can happen to a self-test. */
export type TestEvent = (
  | Touch
  /** A part that needs nobody was looked at. */
  | { type: 'measured'; result: PartResult }
  /** The time set for what is being done is up; `run` is that of the action that set it. */
  | { type: 'timer'; run: number }
  | { type: 'answer'; yes: boolean }
  | { type: 'skip' }
  /** It ends before its time; `why` is one line. */
  | { type: 'stop'; why: string }
) & { readonly at: Instant };
