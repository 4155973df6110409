import { DAYS, type Hours } from '../../protocol/api/hours.ts';
import { after, type Instant, type Millis } from '../../protocol/units.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60;

/** `until` null: no end in sight. */
export type Opening = { open: false } | { open: true; until: Instant | null };

/** Whether calls may be made at `now`, and the moment at which that ends, changes of the clock included. */
export function opening(hours: Hours, timeZone: string, now: Instant): Opening {
  const wall = wallClock(timeZone, now);
  const left = minutesLeft(hours, wall.minuteOfWeek);
  if (left === 0) return { open: false };
  if (left === null) return { open: true, until: null };
  const end = after(now, (left * MINUTE - wall.msOfMinute) as Millis);
  if (wallClock(timeZone, end).offset === wall.offset) return { open: true, until: end };
  // The clock changes before the end: the hours are looked at afresh from there.
  const change = clockChange(timeZone, now, end);
  const beyond = opening(hours, timeZone, change);
  return { open: true, until: beyond.open ? beyond.until : change };
}

/** Minutes of opening left by the wall clock, adjoining ranges joined; 0 where closed, null where it never ends. */
function minutesLeft(hours: Hours, minuteOfWeek: number): number | null {
  const ranges = DAYS.flatMap((day, i) =>
    (hours[day] ?? []).map((range) => ({
      from: i * 1_440 + minutes(range.slice(0, 5)),
      to: i * 1_440 + minutes(range.slice(6)),
    })),
  );
  let left = 0;
  while (left < WEEK) {
    const at = (minuteOfWeek + left) % WEEK;
    const range = ranges.find((r) => r.from <= at && at < r.to);
    if (!range) return left;
    left += range.to - at;
  }
  return null;
}

const minutes = (hhmm: string) => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3));

/** The first moment in (from, to] with another offset than `from`; there is one. */
function clockChange(timeZone: string, from: Instant, to: Instant): Instant {
  const { offset } = wallClock(timeZone, from);
  return firstMinute(from, to, (at) => wallClock(timeZone, at).offset !== offset);
}

/** The first whole minute in (from, to] of which `holds` is true; it must go on to be so until `to`. */
function firstMinute(from: number, to: number, holds: (at: Instant) => boolean): Instant {
  let low = Math.floor(from / MINUTE);
  let high = Math.ceil(to / MINUTE);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds((middle * MINUTE) as Instant)) high = middle;
    else low = middle;
  }
  return (high * MINUTE) as Instant;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

interface WallClock {
  /** Midnight of the day shown, as if it were UTC. */
  readonly date: number;
  readonly minuteOfWeek: number;
  readonly msOfMinute: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** What clocks in `timeZone` show at `at`. */
function wallClock(timeZone: string, at: Instant): WallClock {
  const part: Record<string, number> = {};
  for (const { type, value } of format(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  const msOfMinute = at % MINUTE;
  return {
    date: Date.UTC(year, month - 1, day),
    minuteOfWeek: new Date(asUtc).getUTCDay() * 1_440 + hour * 60 + minute,
    msOfMinute,
    offset: (asUtc - (at - msOfMinute)) / MINUTE,
  };
}

/** The day that `at` is of in `timeZone`: midnight of its date, as if it were UTC. */
export const dayOf = (timeZone: string, at: Instant): number => wallClock(timeZone, at).date;

/** No zone is, or was, further from UTC, hours. */
const FURTHEST = 16;

/** The first moment of a day written as 2026-04-06, in `timeZone`: 01:00 where clocks go forward at midnight, as in Santiago. */
export function startOfDay(date: string, timeZone: string): Instant {
  const day = Date.parse(`${date}T00:00:00Z`);
  const reach = FURTHEST * 60 * MINUTE;
  return firstMinute(day - reach, day + reach, (at) => wallClock(timeZone, at).date >= day);
}
