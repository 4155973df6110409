import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  Admission,
  Caller,
  CallerAndList,
  CallerChange,
  CallerDeed,
  Callers,
  Move,
  Moved,
  PinSlip,
  Released,
  Suspended,
} from '../../../src/protocol/api/callers.ts';
import {
  Done,
  done,
  Invitation,
  Invited,
  MadeToken,
  NewLink,
  NewToken,
  People,
  Reason,
  RolesChange,
  Tokens,
} from '../../../src/protocol/api/people.ts';
import { RecordFilter, RecordQuery, Records } from '../../../src/protocol/api/records.ts';
import {
  FigureQuery,
  Figures,
  FrequentNumbers,
  Outages,
  ReportQuery,
  SharedNumbers,
  WrongPins,
} from '../../../src/protocol/api/reports.ts';
import { TrailPage } from '../../../src/protocol/api/trail.ts';
import { CallerId } from '../../../src/protocol/units.ts';
import { attorneyRoutes } from './attorneys.ts';
import { facilityRoutes } from './facility.ts';
import { fittingRoutes } from './fitting.ts';
import { numberRoutes } from './numbers.ts';
import { callersOf, figuresOf, listOf, outagesOf, peopleOf, recordsOf, trailOf } from './samples.ts';

const OfCaller = z.object({ caller: CallerId });
const LINK = { link: '/#/welcome/AbCdEf', ends: '2027-01-01T00:00:00.000Z' };

/** Callers, records, people and the trail of a county, as they were made up. */
export function roomRoutes(app: FastifyInstance): void {
  const here = '/api/facilities/county';
  const callers = callersOf();
  const list = listOf();
  numberRoutes(app, list);
  const one = (params: unknown) => {
    const { caller } = OfCaller.parse(params);
    const found = callers.find((known) => known.caller === caller);
    if (!found) throw new Error(`no caller ${caller}`);
    return found;
  };
  facilityRoutes(app, here);
  fittingRoutes(app, here);
  attorneyRoutes(app);
  app.get(`${here}/callers`, () => Callers.parse({ items: callers, next: null }));
  app.post(`${here}/callers`, (request, reply) => {
    const admitted = Admission.parse(request.body);
    const caller = admitted.caller ?? CallerId.parse(`${1_001 + callers.length}`);
    callers.push({ ...admitted, caller, suspended: false, released: false });
    return reply.status(201).send(slipOf(caller, admitted.name));
  });
  app.get(`${here}/callers/:caller`, ({ params }) =>
    CallerAndList.parse({
      ...one(params),
      name_recorded: one(params).caller === CallerId.parse('1001'),
      numbers: list,
    }),
  );
  for (const [deed, suspended] of [
    ['suspend', true],
    ['resume', false],
  ] as const)
    app.post(`${here}/callers/:caller/${deed}`, ({ params, body }) => {
      CallerDeed.parse(body);
      const caller = one(params);
      caller.suspended = suspended;
      return Suspended.parse({ caller: caller.caller, suspended });
    });
  app.patch(`${here}/callers/:caller`, ({ params, body }) =>
    Caller.parse(Object.assign(one(params), CallerChange.parse(body))),
  );
  app.post(`${here}/callers/:caller/move`, ({ params, body }) => {
    const { unit } = Move.parse(body);
    one(params).unit = unit;
    return Moved.parse({ caller: one(params).caller, unit });
  });
  app.post(`${here}/callers/:caller/pin`, ({ params, body }, reply) => {
    CallerDeed.parse(body);
    return reply.status(201).send(slipOf(one(params).caller, one(params).name));
  });
  app.post(`${here}/callers/:caller/release`, ({ params, body }) => {
    CallerDeed.parse(body);
    const gone = Object.assign(one(params), { suspended: true, released: true, unit: null });
    return Released.parse({ caller: gone.caller, balance: '12.40', erased: true });
  });
  app.get(`${here}/records`, ({ query }) => {
    const { number } = RecordFilter.parse(query);
    const { items } = Records.parse({ items: recordsOf(), next: null });
    return Records.parse({ items: items.filter((one) => !number || one.dialled === number), next: null });
  });
  app.get(`${here}/records.csv`, ({ query }, reply) => {
    RecordQuery.parse(query);
    return reply
      .type('text/csv')
      .header('content-disposition', 'attachment; filename="records-county.csv"')
      .send('lifted\r\n');
  });
  app.get(`${here}/reports/figures`, ({ query }) => Figures.parse({ items: figuresOf(FigureQuery.parse(query).by) }));
  app.get(`${here}/reports/wrong-pins`, ({ query }) => {
    ReportQuery.parse(query);
    return WrongPins.parse({ items: [{ terminal: 'A-3', hour: '21', lifts: 4, last: '2026-03-03T21:10:00.000Z' }] });
  });
  const dialled = { number: '+12025550123', times: 14, refused: 2, last: '2026-03-03T21:10:00.000Z' };
  app.get(`${here}/reports/outages`, () => Outages.parse({ items: outagesOf() }));
  app.get(`${here}/reports/shared-numbers`, () =>
    SharedNumbers.parse({ items: [{ ...dialled, callers: ['1001', '1004'] }] }),
  );
  app.get(`${here}/reports/frequent-numbers`, () => FrequentNumbers.parse({ items: [{ ...dialled, callers: 2 }] }));
  app.get(`${here}/people`, () => People.parse(peopleOf()));
  app.post(`${here}/people`, ({ body }, reply) => {
    Invitation.parse(body);
    return reply.status(201).send(Invited.parse({ id: crypto.randomUUID(), ...LINK }));
  });
  app.put(`${here}/people/:person/roles`, ({ body }) => RolesChange.parse(body) && Done.parse(done));
  for (const deed of ['suspend', 'resume'])
    app.post(`${here}/people/:person/${deed}`, ({ body }) => Reason.parse(body) && Done.parse(done));
  app.post(`${here}/people/:person/reset`, ({ body }) => Reason.parse(body) && NewLink.parse(LINK));
  app.get(`${here}/trail/sign-ins`, () => TrailPage.parse({ items: trailOf(), next: null }));
  let tokens = Tokens.parse({ items: [] });
  app.get(`${here}/tokens`, () => tokens);
  app.post(`${here}/tokens`, ({ body }, reply) => {
    const { name, rights } = NewToken.parse(body);
    const [id, at] = [crypto.randomUUID(), '2027-01-01T00:00:00.000Z'];
    tokens = Tokens.parse({ items: [{ id, name, rights, made: at, made_by: '-', expires: at, used: null }] });
    return reply.status(201).send(MadeToken.parse({ id, token: 'tp_once', expires: at }));
  });
  app.delete(`${here}/tokens/:token`, () => {
    tokens = Tokens.parse({ items: [] });
    return Done.parse(done);
  });
  app.get(`${here}/trail`, () => TrailPage.parse({ items: trailOf(), next: null }));
}

const slipOf = (caller: string, name: string) =>
  PinSlip.parse({
    caller,
    name,
    pin: '10017392',
    slip: `County Jail\n\n${name}\n\nYour PIN for the phones: 1001 7392`,
  });
