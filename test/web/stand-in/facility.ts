import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  Facility,
  FacilityChange,
  HotlinesOfFacility,
  SettingsOfFacility,
  UnitGone,
  UnitWanted,
} from '../../../src/protocol/api/facilities.ts';
import { GreetingOfFacility, GreetingsOfFacility, GreetingWanted } from '../../../src/protocol/api/greeting.ts';
import { Signed } from '../../../src/protocol/api/orders.ts';
import { PhoneHours } from '../../../src/protocol/api/terminals.ts';
import { HotlineList } from '../../../src/protocol/messages.ts';
import { PhoneSettings } from '../../../src/protocol/phone-settings.ts';
import { LANGUAGES, Language, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { facilityOf } from './samples.ts';
import { problem } from './session.ts';

const OfUnit = z.object({ unit: UnitId });
const OfPhone = z.object({ terminal: TerminalId });
const OfLanguage = z.object({ language: Language });
const noGreeting = (language: Language) =>
  GreetingOfFacility.parse({ language, sequence: 0, since: null, sound: null });
const Payload = z.object({ content: HotlineList });

/** A county as it is set up, at `here`; of what is signed the signature is not looked at. */
export function facilityRoutes(app: FastifyInstance, here: string): void {
  let county = Facility.parse(facilityOf());
  let settings = SettingsOfFacility.parse({ sequence: 0, since: null, settings: null });
  let hotlines = HotlinesOfFacility.parse({ sequence: 0, hotlines: [] });
  app.get(here, () => county);
  app.patch(here, ({ body }) => {
    county = Facility.parse({ ...county, ...FacilityChange.parse(body) });
    return county;
  });
  app.put(`${here}/units/:unit`, ({ params, body }) => {
    const { unit } = OfUnit.parse(params);
    const was = county.units.find((one) => one.unit === unit);
    const others = county.units.filter((one) => one.unit !== unit);
    county = { ...county, units: [...others, { unit, phones: was?.phones ?? [], ...UnitWanted.parse(body) }] };
    return county;
  });
  app.delete(`${here}/units/:unit`, ({ params }) => {
    const { unit } = OfUnit.parse(params);
    county = { ...county, units: county.units.filter((one) => one.unit !== unit) };
    return UnitGone.parse({ unit });
  });
  app.put(`${here}/terminals/:terminal/hours`, ({ params, body }) => {
    const { terminal } = OfPhone.parse(params);
    const { hours } = PhoneHours.parse(body);
    const units = county.units.map((unit) => ({
      ...unit,
      phones: unit.phones.map((phone) => (phone.terminal === terminal ? { terminal, hours } : phone)),
    }));
    county = { ...county, units };
    return { hours };
  });
  app.get(`${here}/phone-settings`, () => settings);
  app.put(`${here}/phone-settings`, ({ body }, reply) => {
    const wanted = PhoneSettings.safeParse(body);
    if (!wanted.success) return problem(reply, 400, wanted.error.issues[0]?.message ?? 'wrong');
    settings = { sequence: settings.sequence + 1, since: new Date().toISOString(), settings: wanted.data };
    return settings;
  });
  const greetings = new Map(LANGUAGES.map((language) => [language, noGreeting(language)]));
  app.get(`${here}/greeting`, () => GreetingsOfFacility.parse({ items: [...greetings.values()] }));
  app.put(`${here}/greeting/:language`, ({ params, body }) => {
    const { language } = OfLanguage.parse(params);
    const { sound } = GreetingWanted.parse(body);
    const sequence = (greetings.get(language)?.sequence ?? 0) + 1;
    const set = GreetingOfFacility.parse({ language, sequence, since: new Date().toISOString(), sound });
    greetings.set(language, set);
    return set;
  });
  app.get(`${here}/hotlines`, () => hotlines);
  app.put(`${here}/hotlines`, ({ body }) => {
    const [, payload = ''] = Signed.parse(body).jws.split('.');
    const { content } = Payload.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    hotlines = { sequence: content.sequence, hotlines: content.hotlines };
    return hotlines;
  });
}
