import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { FacilityPath } from '../../protocol/api/live.ts';
import {
  FigureQuery,
  Figures,
  FrequentNumbers,
  ReportQuery,
  SharedNumbers,
  WrongPins,
} from '../../protocol/api/reports.ts';
import type { Door } from '../http/access.ts';
import { type Columns, csvOf } from '../http/csv.ts';
import { download } from '../http/download.ts';
import { look } from '../http/route.ts';
import { may } from '../people/actor.ts';
import { figures, frequentNumbers, type Of, sharedNumbers, wrongPins } from './reports.ts';

interface Report<Q extends z.ZodType<ReportQuery>, T> {
  readonly name: string;
  readonly summary: string;
  readonly query: Q;
  readonly answer: z.ZodType<unknown, { items: T[] }>;
  readonly columns: Columns<T>;
  readonly rows: (of: Of, query: z.output<Q>) => Promise<T[]>;
}

const minutes = (talked: number): string => (talked / 60_000).toFixed(1);

/** What happened in some days, in figures: each as JSON and as a table. */
export function reportRoutes(app: FastifyInstance, door: Door): void {
  const add = <Q extends z.ZodType<ReportQuery>, T>(report: Report<Q, T>) => addReport(app, door, report);
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

/** Of tip lines it shows those what they were who may see them, which leaves a line; a table leaves one always. */
function addReport<Q extends z.ZodType<ReportQuery>, T>(
  app: FastifyInstance,
  door: Door,
  { name, summary, query, answer, columns, rows }: Report<Q, T>,
): void {
  type Who = Parameters<typeof may>[0];
  type Asked = { who: Who; params: z.output<typeof FacilityPath>; query: z.output<Q> };
  const path = `/facilities/:facility/reports/${name}` as const;
  const given = ({ who, params: { facility }, query: days }: Asked) =>
    rows({ db: door.db, facility, days, tips: may(who, 'calls.tips', facility) }, days);
  const common = { right: 'calls.read', params: FacilityPath, query } as const;
  look(
    app,
    door,
    {
      ...{ ...common, path, summary, answer },
      told: ({ who, params }) => (may(who, 'calls.tips', params.facility) ? { what: 'tips.look' } : null),
    },
    async (asked) => ({ items: await given(asked) }),
  );
  download(
    app,
    door,
    {
      ...{ ...common, path: `${path}.csv`, summary: `${summary}, as a table` },
      name: ({ params: { facility }, query: { first, last } }) => `${name}-${facility}-${first}-${last}`,
      told: ({ query: asked }) => ({ what: 'report.export', subject: { report: name }, after: { ...asked } }),
    },
    (asked) =>
      csvOf(
        columns,
        piecesOf(() => given(asked)),
      ),
  );
}

/** One piece, asked for when it is wanted. */
async function* piecesOf<T>(rows: () => Promise<T[]>): AsyncGenerator<T[]> {
  yield await rows();
}
