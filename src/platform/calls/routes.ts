import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { LiftRecord, RecordFilter, RecordPath, RecordQuery, Records } from '../../protocol/api/records.ts';
import { piece } from '../../protocol/api/wire.ts';
import { type Door, HttpError } from '../http/access.ts';
import { download } from '../http/download.ts';
import { look, none } from '../http/route.ts';
import { type Actor, may } from '../people/actor.ts';
import { exportLifts } from './export.ts';
import { cursorOf, oneLift, searchLifts } from './search.ts';
import { asTold } from './shown.ts';

/** Records of lifts. Tip lines as what they were are for those who may see them, and a line is left of that. */
export function callRoutes(app: FastifyInstance, door: Door): void {
  look(
    app,
    door,
    {
      path: '/facilities/:facility/records',
      summary: 'Records of lifts, the newest first',
      right: 'calls.read',
      ...{ params: FacilityPath, query: RecordFilter, answer: Records },
      told: ({ who, params: { facility } }) => (seesTips(who, facility) ? { what: 'tips.look' } : null),
    },
    async ({ who, params: { facility }, query }) => {
      const tips = seesTips(who, facility);
      const rows = await searchLifts(door.db, facility, query, query, tips);
      const { items, next } = piece(rows, query.limit, cursorOf);
      return { items: items.map(asTold(tips)), next };
    },
  );
  download(
    app,
    door,
    {
      path: '/facilities/:facility/records.csv',
      summary: 'Records of lifts as a table, all that are asked for, the newest first',
      right: 'calls.read',
      ...{ params: FacilityPath, query: RecordQuery },
      name: ({ params: { facility } }) => `records-${facility}`,
      told: ({ who, params: { facility }, query: { differs, ...asked } }) => ({
        what: 'records.export',
        after: { ...asked, ...(differs && { differs }), tips: seesTips(who, facility) },
      }),
    },
    ({ who, params: { facility }, query }) => exportLifts(door.db, facility, query, seesTips(who, facility)),
  );
  look(
    app,
    door,
    {
      path: '/facilities/:facility/records/:terminal/:call',
      summary: 'The record of one lift',
      right: 'calls.read',
      ...{ params: RecordPath, query: none, answer: LiftRecord },
      told: ({ params: { terminal, call } }) => ({ what: 'record.look', subject: { terminal, call } }),
    },
    async ({ who, params }) => {
      const tips = seesTips(who, params.facility);
      const lift = await oneLift(door.db, params, tips);
      // In the same words for one that he may not see.
      if (!lift) throw new HttpError(404, `there is no record of call ${params.call} of terminal ${params.terminal}`);
      return asTold(tips)(lift);
    },
  );
}

const seesTips = (who: Actor, facility: Parameters<typeof may>[2]): boolean => may(who, 'calls.tips', facility);
