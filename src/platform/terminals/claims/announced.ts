import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { AnnouncedBoxes } from '../../../protocol/api/claims.ts';
import { FacilityPath } from '../../../protocol/api/live.ts';
import type { FacilityId, Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import { lockFacility } from '../../facilities/lock.ts';
import { mustBeUnit } from '../../facilities/place.ts';
import { type Door, HttpError } from '../../http/access.ts';
import { change, look, none } from '../../http/route.ts';
import { told } from '../../people/actor.ts';

const ANNOUNCED = '/facilities/:facility/announced';

/** Which box is meant for which place, said before it comes: then its code alone is typed. A serial number is no proof, the code still is. */
export function announcedRoutes(app: FastifyInstance, door: Door): void {
  look(
    app,
    door,
    {
      ...{ path: ANNOUNCED, params: FacilityPath, query: none, answer: AnnouncedBoxes, right: 'terminals.read' },
      summary: 'Boxes that are meant for a place here and have not come yet',
    },
    async ({ params: { facility } }) => ({ items: await announcedIn(door.db, facility) }),
  );
  change(
    app,
    door,
    {
      ...{ method: 'PUT', path: ANNOUNCED, params: FacilityPath, body: AnnouncedBoxes, answer: AnnouncedBoxes },
      ...{
        right: 'terminals.change',
        summary: 'Say which boxes are meant for which places here, in place of those said before',
      },
    },
    async ({ who, trx, at, params: { facility }, body: { items } }) => {
      await lockFacility(trx, facility);
      const before = await announcedIn(trx, facility);
      await announce(trx, facility, items, { by: told(who), at });
      return { answer: { items }, act: { what: 'boxes.announce', before: { items: before }, after: { items } } };
    },
  );
}

const announcedIn = (db: Pick<Trx, 'selectFrom'>, facility: FacilityId) =>
  db
    .selectFrom('announced')
    .select(['serial', 'unit', 'terminal'])
    .where('facility', '=', facility)
    .orderBy('terminal')
    .execute();

type Items = z.output<typeof AnnouncedBoxes>['items'];

async function announce(
  trx: Trx,
  facility: FacilityId,
  items: Items,
  { by, at }: { by: string; at: Instant },
): Promise<void> {
  for (const unit of new Set(items.map((item) => item.unit))) await mustBeUnit(trx, facility, unit);
  await trx.deleteFrom('announced').where('facility', '=', facility).execute();
  if (items.length === 0) return;
  const rows = items.map((item) => ({ ...item, facility, announced: at, announced_by: by }));
  const { numInsertedOrUpdatedRows: made } = await trx
    .insertInto('announced')
    .values(rows)
    .onConflict((on) => on.doNothing())
    .executeTakeFirstOrThrow();
  if (Number(made) < items.length) throw new HttpError(409, 'a serial number or a place is there twice');
}
