import type { AlertKind } from '../protocol/api/alerts.ts';
import type { Counters } from './counters.ts';
import { Quota } from './link/quota.ts';

/** Tells people of something that they must look at: its kind, where it is, and one line on what it is. */
export type Alarm = (kind: AlertKind, where: Readonly<Record<string, unknown>>, what: string) => void;

/** Lines of one kind and one place: so many at once, and a second after that. */
const AT_ONCE = 20;
const A_SECOND = 1;

/** Alarms that are counted, as `alarm-<kind>`, and then told. */
export const openAlarm =
  (counters: Counters, tell: Alarm): Alarm =>
  (kind, where, what) => {
    counters.add(`alarm-${kind}`);
    tell(kind, where, what);
  };

/** Tells no more of one kind and one place than can be read: a phone that makes alarms of all it sends fills no log. */
export function inMeasure(tell: Alarm, now?: () => number): Alarm {
  const lines = new Quota(AT_ONCE, A_SECOND, now);
  return (kind, where, what) => {
    const untold = lines.take(`${kind} ${where.facility}/${where.terminal}`);
    if (untold !== null) tell(kind, untold > 0 ? { ...where, untold } : where, what);
  };
}
