import type { Figure, FigureBy } from '../../../protocol/api/reports.ts';

const NONE = { lifts: 0, calls: 0, talked: 0, charged: '0.00' } as const;
const DAY = 86_400_000;

/** Figures with those hours and days in which nothing happened, of which the platform tells none. */
export function whole(figures: readonly Figure[], by: FigureBy, first: string, last: string): Figure[] {
  if (by === 'unit') return [...figures];
  const known = new Map(figures.map((figure) => [figure.of, figure]));
  return (by === 'hour' ? HOURS : daysFrom(first, last)).map((of) => known.get(of) ?? { of, ...NONE });
}

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

const daysFrom = (first: string, last: string): string[] =>
  Array.from({ length: Math.max(0, (Date.parse(last) - Date.parse(first)) / DAY + 1) }, (_, n) => dayText(first, n));

/** The day so many days after another. */
export const dayText = (day: string | number, after: number): string =>
  new Date((typeof day === 'string' ? Date.parse(day) : day) + after * DAY).toISOString().slice(0, 10);
