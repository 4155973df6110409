import type { Pin } from './pin.ts';
import type { Millis } from './units.ts';

/** What a terminal asks of the platform in the course of a call, before the PIN is sealed and an envelope put round it. */
export type Ask =
  | { type: 'identify'; pin: Pin }
  | { type: 'authorise'; dialled: string }
  | { type: 'extend'; used: Millis }
  | { type: 'end'; used: Millis };
