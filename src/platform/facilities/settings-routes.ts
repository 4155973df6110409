import type { FastifyInstance } from 'fastify';
import { HotlinesOfFacility, SettingsOfFacility } from '../../protocol/api/facilities.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Signed } from '../../protocol/api/orders.ts';
import { momentText } from '../../protocol/api/wire.ts';
import { type CentralSettings, PhoneSettings } from '../../protocol/phone-settings.ts';
import { type Door, HttpError } from '../http/access.ts';
import { act, change, look, none } from '../http/route.ts';
import type { Desk } from '../terminals/desk.ts';
import { orConflict } from '../terminals/refused.ts';
import { lockFacility } from './lock.ts';
import { type SettingsOfPhones, setSettings, settingsOf } from './phone-settings.ts';

const SETTINGS = '/facilities/:facility/phone-settings';
const HOTLINES = '/facilities/:facility/hotlines';

/** What all phones of a facility take from it without being started anew: how they treat a call, and what they dial without asking. */
export function settingsRoutes(app: FastifyInstance, door: Door, settings: SettingsOfPhones, desk: Desk): void {
  const read = { params: FacilityPath, query: none, right: 'facility.read' } as const;
  look(
    app,
    door,
    { ...read, path: SETTINGS, answer: SettingsOfFacility, summary: 'How the phones of a facility treat every call' },
    async ({ params: { facility } }) => told(await settingsOf(door.db, facility)),
  );
  change(
    app,
    door,
    {
      ...{ method: 'PUT', path: SETTINGS, params: FacilityPath, body: PhoneSettings, answer: SettingsOfFacility },
      ...{ right: 'facility.change', summary: 'Have its phones treat every call so, from the next lift on' },
    },
    async ({ trx, at, params: { facility }, body }) => {
      if (!settings.keeps(facility))
        throw new HttpError(
          409,
          `nothing is given to phones of ${facility} here: name their keys in orders.${facility}`,
        );
      await lockFacility(trx, facility);
      const before = await settingsOf(trx, facility);
      const after = await setSettings(trx, facility, body, at);
      return {
        answer: told(after),
        act: { what: 'settings.set', before: before?.settings ?? null, after: body },
        afterwards: async () => {
          await settings.readAnew(facility);
          desk.giveSettings(facility);
        },
      };
    },
  );
  look(
    app,
    door,
    { ...read, path: HOTLINES, answer: HotlinesOfFacility, summary: 'What its phones dial without asking anybody' },
    async ({ params: { facility } }) => desk.hotlinesOf(facility),
  );
  act(
    app,
    door,
    {
      ...{ method: 'PUT', path: HOTLINES, params: FacilityPath, body: Signed, answer: HotlinesOfFacility },
      ...{ right: 'facility.change', summary: 'Hand on a signed list of hotlines: from now on it counts' },
    },
    async ({ params: { facility }, body: { jws } }) => {
      const before = desk.hotlinesOf(facility);
      const answer = await orConflict(desk.takeHotlines(facility, jws));
      return { answer, act: { what: 'hotlines.set', before, after: answer } };
    },
  );
}

const told = (central: CentralSettings | null) =>
  central === null
    ? { sequence: 0, since: null, settings: null }
    : { sequence: central.sequence, since: momentText(central.since), settings: central.settings };
