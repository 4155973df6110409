import { DAYS, type Holidays, type Hours } from '../../protocol/api/hours.ts';
import { after, type Instant, type Millis } from '../../protocol/units.ts';

const MINUTE = 60_000;
const DAY = 24 * 60;
/** Days that are looked at: who is open through all of them is open without an end in sight. */
const AHEAD = 8;

/** `until` null: no end in sight. */
export type Opening = { open: false } | { open: true; until: Instant | null };

/** When calls may be made: by the week, null at any time; and on some days otherwise. */
export interface Times {
  readonly hours: Hours | null;
  readonly holidays?: Holidays | null;
}

/** Whether calls may be made at `now`, and the moment at which that ends, changes of the clock included. */
export function opening(times: Times, timeZone: string, now: Instant): Opening {
  // Most have no hours of their own: no clock is asked.
  if (times.hours === null && !times.holidays?.length) return { open: true, until: null };
  const wall = wallClock(timeZone, now);
  const left = minutesLeft(times, wall);
  if (left === 0) return { open: false };
  if (left === null) return { open: true, until: null };
  const end = after(now, (left * MINUTE - wall.msOfMinute) as Millis);
  if (wallClock(timeZone, end).offset === wall.offset) return { open: true, until: end };
  // The clock changes before the end: the hours are looked at afresh from there.
  const change = clockChange(timeZone, now, end);
  const beyond = opening(times, timeZone, change);
  return { open: true, until: beyond.open ? beyond.until : change };
}

/** Minutes of opening left by the wall clock, adjoining ranges joined; 0 where closed, null where it never ends. */
function minutesLeft({ hours, holidays }: Times, { date, minuteOfDay }: WallClock): number | null {
  const rangesOn = (day: number): readonly string[] => {
    const at = new Date(day);
    const holiday = holidays?.find((one) => one.date === at.toISOString().slice(0, 10));
    if (holiday) return holiday.hours;
    if (hours === null) return ['00:00-24:00'];
    const weekday = DAYS[at.getUTCDay()];
    return (weekday && hours[weekday]) ?? [];
  };
  let left = 0;
  for (let day = date, from = minuteOfDay; day < date + AHEAD * DAY * MINUTE; day += DAY * MINUTE, from = 0) {
    const ranges = rangesOn(day).map((range) => ({ from: minutes(range.slice(0, 5)), to: minutes(range.slice(6)) }));
    let at = from;
    for (let next = openAt(ranges, at); next; next = openAt(ranges, at)) at = next.to;
    left += at - from;
    if (at < DAY) return left;
  }
  return null;
}

const openAt = <T extends { from: number; to: number }>(ranges: readonly T[], minute: number): T | undefined =>
  ranges.find(({ from, to }) => from <= minute && minute < to);

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
  readonly minuteOfDay: number;
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
    minuteOfDay: hour * 60 + minute,
    msOfMinute,
    offset: (asUtc - (at - msOfMinute)) / MINUTE,
  };
}

/** The day that `at` is of in `timeZone`: midnight of its date, as if it were UTC. */
export const dayOf = (timeZone: string, at: Instant): number => wallClock(timeZone, at).date;

/** That day as it is written: 2026-04-06. */
export const dateOf = (timeZone: string, at: Instant): string =>
  new Date(dayOf(timeZone, at)).toISOString().slice(0, 10);

/** No zone is, or was, further from UTC, hours. */
const FURTHEST = 16;

/** The first moment of a day written as 2026-04-06, in `timeZone`: 01:00 where clocks go forward at midnight, as in Santiago. */
export function startOfDay(date: string, timeZone: string): Instant {
  const day = Date.parse(`${date}T00:00:00Z`);
  const reach = FURTHEST * 60 * MINUTE;
  return firstMinute(day - reach, day + reach, (at) => wallClock(timeZone, at).date >= day);
}
