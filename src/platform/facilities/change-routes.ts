import type { FastifyInstance } from 'fastify';
import { Facility, FacilityChange, UnitGone, UnitPath, UnitWanted } from '../../protocol/api/facilities.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import type { Door } from '../http/access.ts';
import { change, none } from '../http/route.ts';
import { changeFacility, dropUnit, setUnit } from './change.ts';
import { lockFacility } from './lock.ts';
import { oneFacility } from './routes.ts';

/** What staff change of a facility and its units: from the next call on. */
export function facilityChangeRoutes(app: FastifyInstance, door: Door): void {
  const right = 'facility.change';
  const unit = { path: '/facilities/:facility/units/:unit', params: UnitPath, right } as const;
  change(
    app,
    door,
    {
      ...{ method: 'PATCH', path: '/facilities/:facility', params: FacilityPath, right },
      summary: 'Change name, dialling, limit, hours, holidays or whether calls are recorded; what is left out stays',
      ...{ body: FacilityChange, answer: Facility },
    },
    async ({ trx, params: { facility }, body }) => {
      await lockFacility(trx, facility);
      const before = await oneFacility(trx, facility);
      await changeFacility(trx, facility, body);
      const answer = await oneFacility(trx, facility);
      const changed = (of: typeof answer) =>
        Object.fromEntries(Object.keys(body).map((key) => [key, of[key as keyof typeof body]]));
      return { answer, act: { what: 'facility.change', before: changed(before), after: changed(answer) } };
    },
  );
  change(
    app,
    door,
    { ...unit, method: 'PUT', body: UnitWanted, answer: Facility, summary: 'Have a unit, with its limit and hours' },
    async ({ trx, params: { facility, unit }, body }) => {
      await lockFacility(trx, facility);
      const before = await setUnit(trx, facility, unit, body);
      const act = { what: before ? 'unit.change' : 'unit.add', subject: { unit }, before, after: body };
      return { answer: await oneFacility(trx, facility), act };
    },
  );
  change(
    app,
    door,
    {
      ...unit,
      method: 'DELETE',
      body: none,
      answer: UnitGone,
      summary: 'Have a unit no more in which nobody is housed and no phone hangs',
    },
    async ({ trx, params: { facility, unit } }) => {
      await lockFacility(trx, facility);
      await dropUnit(trx, facility, unit);
      return { answer: { unit }, act: { what: 'unit.drop', subject: { unit } } };
    },
  );
}
