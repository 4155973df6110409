import type { Refusal } from '../../protocol/call.ts';
import { after, type Instant, type Millis } from '../../protocol/units.ts';
import { dayOf } from '../facilities/hours.ts';

/** Calls of before this are of no day that is today anywhere, nor does anybody wait so long: a day of 25 hours. */
export const REMEMBERED = 25 * 3_600_000;

/** What a caller may have of calls, and those that he had. */
interface Allowance {
  readonly time_zone: string;
  /** Null: as many as he likes. */
  readonly calls_a_day: number | null;
  /** Null: he waits for nothing. */
  readonly wait_ms: Millis | null;
  /** His calls in which he talked, privileged ones left out. */
  readonly had: readonly { readonly opened: Instant; readonly ended: Instant }[];
}

/** Whether he has no call left today, or must wait for his next; null where he may call. */
export function refusalByCalls({ time_zone, calls_a_day, wait_ms, had }: Allowance, now: Instant): Refusal | null {
  const today = dayOf(time_zone, now);
  if (calls_a_day !== null) {
    const hadToday = had.filter(({ opened }) => dayOf(time_zone, opened) === today);
    if (hadToday.length >= calls_a_day) return 'no-calls-left';
  }
  const waits = wait_ms !== null && had.some(({ ended }) => after(ended, wait_ms) > now);
  return waits ? 'too-soon' : null;
}
