import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  FigureQuery,
  Figures,
  FrequentNumbers,
  ReportQuery,
  SharedNumbers,
  WrongPins,
} from '../../protocol/api/reports.ts';
import type { Door } from '../http/access.ts';
import { type Reader, report } from '../http/report.ts';
import { may } from '../people/actor.ts';
import { figures, frequentNumbers, type Of, sharedNumbers, wrongPins } from './reports.ts';

type Given<Q extends z.ZodType<ReportQuery>, T> = Omit<
  Parameters<typeof report<Q, T>>[2],
  'right' | 'told' | 'rows'
> & { readonly rows: (of: Of, query: z.output<Q>) => Promise<T[]> };

const tipsFor = ({ who, facility }: Reader): boolean => may(who, 'calls.tips', facility);

const minutes = (talked: number): string => (talked / 60_000).toFixed(1);

/** What happened in some days, in figures. Of tip lines it shows those what they were who may see them, which leaves a line. */
export function reportRoutes(app: FastifyInstance, door: Door): void {
  const add = <Q extends z.ZodType<ReportQuery>, T>({ rows, ...given }: Given<Q, T>) =>
    report(app, door, {
      ...given,
      right: 'calls.read',
      told: (reader) => (tipsFor(reader) ? { what: 'tips.look' } : null),
      rows: (reader, query) =>
        rows({ db: door.db, facility: reader.facility, days: query, tips: tipsFor(reader) }, query),
    });
  add({
    ...{ name: 'figures', summary: 'Lifts, calls, talk and money by hour of the day, day or unit' },
    query: FigureQuery,
    answer: Figures,
    rows: (of, { by }) => figures(of, by),
    columns: {
      of: ({ of }) => of,
      lifts: ({ lifts }) => String(lifts),
      calls: ({ calls }) => String(calls),
      minutes: ({ talked }) => minutes(talked),
      charged_usd: ({ charged }) => charged,
    },
  });
  add({
    ...{ name: 'wrong-pins', summary: 'Lifts that ended with a wrong PIN, by phone and hour of the day' },
    ...{ query: ReportQuery, answer: WrongPins, rows: wrongPins },
    columns: {
      terminal: ({ terminal }) => terminal,
      hour: ({ hour }) => hour,
      lifts: ({ lifts }) => String(lifts),
      last: ({ last }) => last,
    },
  });
  add({
    ...{ name: 'frequent-numbers', summary: 'The numbers that were dialled most' },
    ...{ query: ReportQuery, answer: FrequentNumbers, rows: frequentNumbers },
    columns: {
      number: ({ number }) => number,
      times: ({ times }) => String(times),
      refused: ({ refused }) => String(refused),
      callers: ({ callers }) => String(callers),
      last: ({ last }) => last,
    },
  });
  add({
    ...{ name: 'shared-numbers', summary: 'Numbers that more than one caller dialled' },
    ...{ query: ReportQuery, answer: SharedNumbers, rows: sharedNumbers },
    columns: {
      number: ({ number }) => number,
      callers: ({ callers }) => callers.join(' '),
      times: ({ times }) => String(times),
      refused: ({ refused }) => String(refused),
      last: ({ last }) => last,
    },
  });
}
