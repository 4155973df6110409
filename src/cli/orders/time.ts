import { after, Duration, type Instant } from '../../protocol/units.ts';

const DAY = 86_400_000;

/**
 * When `text` is, seen from `now`: a time of day in `timeZone`, today or else tomorrow (`14:30`), a span (`2h`), or ISO 8601, in
 * `timeZone` where it names none. @throws Error where it is none of these, or over
 */
export function momentOf(text: string, now: Instant, timeZone: string | undefined): Instant {
  const span = Duration.safeParse(text);
  if (span.success) return after(now, span.data);
  if (/^([01]?\d|2[0-3]):[0-5]\d$/.test(text)) {
    const days = [0, 1].map((n) => `${dayOf((now + n * DAY) as Instant, timeZone)}T${text.padStart(5, '0')}`);
    const [next] = days.map((day) => wallTime(day, timeZone)).filter((at) => at > now);
    if (next !== undefined) return next;
  }
  const at = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.test(text)
    ? isoTime(text, timeZone)
    : NaN;
  if (Number.isNaN(at)) throw new Error(`--until ${text}: a time is wanted, as 14:30, 2h or 2026-04-06T14:30`);
  if (at <= now) throw new Error(`--until ${text}: is over`);
  return at as Instant;
}

const isoTime = (text: string, timeZone: string | undefined): number =>
  /(Z|[+-]\d\d:?\d\d)$/.test(text.slice(10))
    ? Date.parse(text.replace(' ', 'T'))
    : wallTime(text.replace(' ', 'T'), timeZone);

/** The moment at which clocks of `timeZone` show `iso`; the later one where they never do. */
function wallTime(iso: string, timeZone: string | undefined): Instant {
  const wanted = Date.parse(`${iso}Z`);
  const guess = wanted - offset(wanted, timeZone);
  return (wanted - offset(guess, timeZone)) as Instant;
}

/** By how much clocks of `timeZone` are ahead of UTC at `at`, ms. */
function offset(at: number, timeZone: string | undefined): number {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(at / 1_000) * 1_000;
}

const dayOf = (at: Instant, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);

/** A moment for people: the time of day, with its date where it is another day than `now`. */
export function clockTime(at: Instant, now: Instant, timeZone: string | undefined): string {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' }).format(at);
  const day = dayOf(at, timeZone);
  return day === dayOf(now, timeZone) ? time : `${day} ${time}`;
}
