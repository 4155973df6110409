import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { FacilityPath } from '../../protocol/api/live.ts';
import type { ReportQuery } from '../../protocol/api/reports.ts';
import type { Right } from '../../protocol/api/rights.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Actor } from '../people/actor.ts';
import type { Act } from '../people/trail.ts';
import type { Door } from './access.ts';
import { type Columns, csvOf } from './csv.ts';
import { download } from './download.ts';
import { look } from './route.ts';

/** Who asks for a report of which facility. */
export interface Reader {
  readonly who: Actor;
  readonly facility: FacilityId;
}

interface Report<Q extends z.ZodType<ReportQuery>, T> {
  readonly name: string;
  readonly summary: string;
  readonly right: Right;
  readonly query: Q;
  readonly answer: z.ZodType<unknown, { items: T[] }>;
  readonly columns: Columns<T>;
  /** What is left in the trail of who looks at what is sensitive. */
  readonly told?: (reader: Reader) => Act | null;
  readonly rows: (reader: Reader, query: z.output<Q>) => Promise<T[]>;
}

/** Adds what happened in some days, in figures: as JSON and as a table, of which a line is left always. */
export function report<Q extends z.ZodType<ReportQuery>, T>(
  app: FastifyInstance,
  door: Door,
  { name, summary, right, query, answer, columns, told, rows }: Report<Q, T>,
): void {
  type Asked = { who: Actor; params: z.output<typeof FacilityPath>; query: z.output<Q> };
  const path = `/facilities/:facility/reports/${name}` as const;
  const reader = ({ who, params: { facility } }: Omit<Asked, 'query'>): Reader => ({ who, facility });
  const given = (asked: Asked) => rows(reader(asked), asked.query);
  const common = { right, params: FacilityPath, query } as const;
  look(
    app,
    door,
    { ...{ ...common, path, summary, answer }, told: (asked) => told?.(reader(asked)) ?? null },
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
