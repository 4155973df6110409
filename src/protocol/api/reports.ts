import { z } from 'zod';
import { FAULTS } from '../messages.ts';
import { CallerId, PhoneNumber, TerminalId, UnitId } from '../units.ts';
import { Amount, Moment } from './wire.ts';

/** A report looks at no more days than that. */
const MOST_DAYS = 366;
const DAY = 86_400_000;

const span = {
  first: z.iso.date('a day is wanted, as 2026-03-01').describe("a day by the facility's own clock"),
  last: z.iso.date('a day is wanted, as 2026-03-31').describe(`the last day that counts, ${MOST_DAYS} days at most`),
};
const days = ({ first, last }: { first: string; last: string }) => (Date.parse(last) - Date.parse(first)) / DAY + 1;
const inSpan = (asked: { first: string; last: string }) => days(asked) >= 1 && days(asked) <= MOST_DAYS;
const WRONG_SPAN = `the last day does not come before the first, and no more than ${MOST_DAYS} days are looked at`;

/** Of which days a report is. */
export const ReportQuery = z.strictObject(span).refine(inSpan, WRONG_SPAN);
export type ReportQuery = z.output<typeof ReportQuery>;

export const FigureBy = z.enum(['hour', 'day', 'unit']);
export type FigureBy = z.infer<typeof FigureBy>;
export const FigureQuery = z.strictObject({ ...span, by: FigureBy.default('day') }).refine(inSpan, WRONG_SPAN);

const rows = <T extends z.ZodType>(row: T) => z.strictObject({ items: z.array(row) });

/** What happened in one hour of the day (00 to 23), on one day or in one unit; where nothing did there is none. */
export const Figure = z.strictObject({
  of: z.string(),
  lifts: z.int(),
  /** Those in which there was talk. */
  calls: z.int(),
  /** Milliseconds. */
  talked: z.int(),
  charged: Amount,
});
export type Figure = z.infer<typeof Figure>;
export const Figures = rows(Figure);

/** Lifts that ended with a wrong PIN, or with one that was locked by those before. */
export const WrongPins = rows(z.strictObject({ terminal: TerminalId, hour: z.string(), lifts: z.int(), last: Moment }));

const dialled = {
  /** A number, or digits that are none, as they were keyed. */
  number: z.union([PhoneNumber, z.string()]),
  times: z.int(),
  /** Of these no call came, since the platform said no. */
  refused: z.int(),
  last: Moment,
};
/** The numbers that were dialled most, the most first. */
export const FrequentNumbers = rows(z.strictObject({ ...dialled, callers: z.int() }));
/** Numbers that more than one caller dialled, those of the most callers first. */
export const SharedNumbers = rows(z.strictObject({ ...dialled, callers: z.array(CallerId) }));

/** Why nobody can rely on a phone: it is not heard of, has no line, or tells of a fault. */
export const OutOfOrder = z.enum(['offline', 'not-registered', ...FAULTS]);
export type OutOfOrder = z.infer<typeof OutOfOrder>;

/** Phones that were out of order, those that were for longest first. What overlaps counts once. */
export const Outages = rows(
  z.strictObject({
    terminal: TerminalId,
    unit: UnitId,
    times: z.int(),
    /** In these days, milliseconds; of these at a stretch. */
    total: z.int(),
    longest: z.int(),
    what: z.array(OutOfOrder),
    /** Since when it is out of order, where it is now. */
    since: Moment.nullable(),
  }),
);
