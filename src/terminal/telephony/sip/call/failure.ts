import type { TelephonyEvent } from '../../port.ts';

/** Why a call that was not answered failed, in the port's words. */
export type Failure = Extract<TelephonyEvent, { type: 'dial-failed' }>['failure'];

const BUSY = new Set([486, 600]);
const UNREACHABLE = new Set([404, 408, 410, 414, 416, 480, 484, 485, 604]);

/**
 * What a final response means for the caller. Redirections are not followed: a call that moves to a number
 * nobody checked is what a three-way call looks like.
 */
export function failureOf(status: number): Failure {
  if (BUSY.has(status)) return 'busy';
  if (UNREACHABLE.has(status) || (status >= 300 && status < 400)) return 'unreachable';
  if (status >= 500 && status < 600) return 'network';
  return 'rejected';
}
