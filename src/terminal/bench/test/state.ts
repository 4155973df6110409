import type { KeysSeen, Part, PartResult } from '../../../protocol/self-test.ts';
import type { Instant, Key } from '../../../protocol/units.ts';
import type { Led } from '../../hardware/port.ts';
import type { Fitted } from '../fitted.ts';
import type { VolumeButton } from './event.ts';

/** A part that is being looked at. */
export type PartState =
  | { readonly part: Part; readonly by: 'measure' }
  | KeysState
  | HookState
  | { readonly part: 'volume'; readonly by: 'hand'; readonly wanted: readonly VolumeButton[] }
  | { readonly part: 'tamper'; readonly by: 'hand'; readonly seen: readonly boolean[] }
  | LampsState
  | { readonly part: 'echo'; readonly by: 'hand'; readonly on: boolean };

export interface KeysState extends KeysSeen {
  readonly part: 'keys';
  readonly by: 'hand';
  /** When each key that is down went down. */
  readonly down: Readonly<Partial<Record<Key, Instant>>>;
  /** The last press. */
  readonly last: { readonly key: Key; readonly at: Instant } | null;
  /** How often another key came than was wanted. */
  readonly slips: number;
}

export interface HookState {
  readonly part: 'hook';
  readonly by: 'hand';
  /** Each change with its time. */
  readonly changes: readonly { readonly hook: 'on' | 'off'; readonly at: Instant }[];
}

export interface LampsState {
  readonly part: 'lamps';
  readonly by: 'hand';
  readonly asked: Led;
  readonly left: readonly Led[];
  readonly dark: readonly Led[];
}

/** A self-test. Plain and immutable. */
export interface TestState {
  readonly fitted: Fitted;
  readonly parts: readonly Part[];
  /** Parts still to come. */
  readonly ahead: readonly Part[];
  readonly hook: 'on' | 'off';
  readonly now: PartState | null;
  /** Somebody has done something for the present part. */
  readonly touched: boolean;
  /** Of the timer set last. */
  readonly run: number;
  readonly results: readonly PartResult[];
}
