import type { Counters } from './counters.ts';

/** Tells people of something that they must look at: its kind, where it is, and one line on what it is. */
export type Alarm = (kind: string, where: object, what: string) => void;

/** Alarms that are counted, as `alarm-<kind>`, and then told. */
export const openAlarm =
  (counters: Counters, tell: Alarm): Alarm =>
  (kind, where, what) => {
    counters.add(`alarm-${kind}`);
    tell(kind, where, what);
  };
