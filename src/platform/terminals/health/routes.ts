import type { FastifyInstance } from 'fastify';
import { Outages, ReportQuery } from '../../../protocol/api/reports.ts';
import type { Door } from '../../http/access.ts';
import { report } from '../../http/report.ts';
import { outages } from './report.ts';

const minutes = (ms: number): string => (ms / 60_000).toFixed(1);

/** Which phones were out of order, and for how long. */
export function healthRoutes(app: FastifyInstance, door: Door): void {
  report(app, door, {
    ...{ name: 'outages', summary: 'Phones that were out of order, and for how long', right: 'terminals.read' },
    ...{ query: ReportQuery, answer: Outages },
    rows: ({ facility }, days) => outages(door.db, facility, days, door.now()),
    columns: {
      terminal: ({ terminal }) => terminal,
      unit: ({ unit }) => unit,
      times: ({ times }) => String(times),
      minutes: ({ total }) => minutes(total),
      longest_minutes: ({ longest }) => minutes(longest),
      what: ({ what }) => what.join(' '),
      still_since: ({ since }) => since ?? '',
    },
  });
}
