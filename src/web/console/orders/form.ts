import { signal } from '@preact/signals';
import type { LockdownMode, LockdownState } from '../../../protocol/lockdown.ts';

/** For how long, minutes; null: until it is opened. */
export const SPANS = [null, 15, 30, 60, 120, 240, 480] as const;

/** What a press on a button that closes orders: filled in before it is needed. */
export interface Closing {
  readonly state: Exclude<LockdownState, 'open'>;
  readonly mode: LockdownMode;
  readonly minutes: (typeof SPANS)[number];
  /** Empty: the words that stand there by themselves. */
  readonly reason: string;
}

export const closing = signal<Closing>({ state: 'lockdown', mode: 'drop', minutes: null, reason: '' });
