import type { FastifyInstance } from 'fastify';
import { FacilityPath, LiveEvent } from '../../protocol/api/live.ts';
import { type Door, HttpError } from '../http/access.ts';
import { watch } from '../http/route.ts';
import type { Feeds } from './feeds.ts';

/** The phones of a facility as they are. */
export function liveRoutes(app: FastifyInstance, door: Door, feeds: Feeds): void {
  watch(
    app,
    door,
    {
      path: '/facilities/:facility/live',
      summary: 'All phones of a facility, and then each as it changes, within 200 ms',
      right: 'live.read',
      ...{ params: FacilityPath, answer: LiveEvent },
    },
    async ({ params }) => {
      const stream = await feeds.open(params.facility);
      if (!stream) throw new HttpError(503, 'too many pages look at this facility: close one');
      return stream;
    },
  );
}
