import { z } from 'zod';

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const Range = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    'hours are wanted as 06:00-22:00, 24:00 at the latest',
  )
  .refine((range) => range.slice(0, 5) < range.slice(6), 'the end must come after the beginning');

/** Parts of one day. */
const Ranges = z.array(Range).max(10);

/** When calls may be made, facility time, by day of the week. A day that is left out has none. */
export const Hours = z.partialRecord(z.enum(DAYS), Ranges);
export type Hours = z.infer<typeof Hours>;

/** Days on which a facility has other hours than its week says: no part of one is closed all day. */
export const Holidays = z
  .array(
    z.strictObject({
      date: z.iso.date({ error: 'a date is wanted, as 2026-12-25' }),
      name: z.string().trim().min(1).max(80),
      hours: Ranges,
    }),
  )
  .max(200)
  .refine((all) => new Set(all.map(({ date }) => date)).size === all.length, 'a date is there twice');
export type Holidays = z.infer<typeof Holidays>;
