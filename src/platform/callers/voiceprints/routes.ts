import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CallerId, FacilityId, type Instant } from '../../../protocol/units.ts';
import type { Schema } from '../../database/schema.ts';
import { voiceRulesOf } from '../../facilities/voice.ts';
import { type Door, HttpError } from '../../http/access.ts';
import { parse } from '../../http/parse.ts';
import { adaptationsOf, undoAdaptation } from './adapting.ts';
import { askAnew, withdraw } from './erase.ts';
import { listErasures, listVoices, oneVoice } from './list.ts';
import { ratesOf } from './rates.ts';
import { VoiceState, WaiverReason } from './rules.ts';
import type { Owner } from './tables.ts';
import { unwaive, waive } from './waivers.ts';

const count = z.coerce.number().pipe(z.int().min(1).max(1_000));
const yes = z.enum(['true', 'false']).default('false');

const Filter = z.strictObject({
  facility: FacilityId,
  state: VoiceState.optional(),
  flagged: yes,
  /** Those who are refused too often. */
  help: yes,
  limit: count.default(100),
  /** Continues after this caller. */
  after: z.string().max(64).default(''),
});

const Destroyed = z.strictObject({
  facility: FacilityId,
  limit: count.default(100),
  /** Continues after this one. */
  after: z.coerce.number().pipe(z.int().min(0)).default(0),
});

const Span = z.strictObject({
  facility: FacilityId,
  days: z.coerce.number().pipe(z.int().min(1).max(365)).default(30),
});

const Whose = z.object({ facility: FacilityId, caller: CallerId });

const Deed = z.strictObject({
  /** Who does it. */
  by: z.string().trim().min(1).max(120),
  /** At whose wish, or why. */
  why: z.string().trim().min(1).max(500),
});
const Waiving = Deed.extend({ reason: WaiverReason });

/** How callers stand with their voices, what was destroyed, and how often checks err; no print is ever given out. */
export function voiceprintRoutes(app: FastifyInstance, { db, now, staff }: Door): void {
  app.get('/voices', (request) => staff(request) && list(db, request.query, now()));
  app.get('/voices/:facility/:caller', (request) => staff(request) && one(db, request.params, now()));
  app.get('/voice-erasures', (request) => staff(request) && listErasures(db, parse(Destroyed, request.query)));
  app.get('/voice-rates', (request) => staff(request) && rates(db, request.query, now()));
  const deed = <B extends { by: string }>(name: string, schema: z.ZodType<B>, work: Work<B>) =>
    app.post(`/voices/:facility/:caller/${name}`, async (request) => {
      if (staff(request) !== 'admin')
        throw new HttpError(403, 'changing what is asked of voices is for the admin token');
      const owner = parse(Whose, request.params);
      const body = parse(schema, request.body);
      await mustBeThere(db, owner);
      const by = `${body.by} from ${request.ip}`;
      return { ...owner, ...(await work(owner, { ...body, by, at: now() })) };
    });
  app.post('/voice-adaptations/:facility/undo', (request) => {
    if (staff(request) !== 'admin') throw new HttpError(403, 'taking a fit back is for the admin token');
    return undo(db, request.params, request.body, request.ip, now());
  });
  deed('waive', Waiving, async (owner, { reason, ...done }) => {
    if (!(await waive(db, owner, reason, done))) throw new HttpError(409, 'it is waived already');
    return { waived: reason };
  });
  deed('unwaive', Deed, async (owner, done) => {
    if (!(await unwaive(db, owner, done))) throw new HttpError(409, 'it is not waived');
    return { waived: null };
  });
  deed('anew', Deed, async (owner, done) => ({ erased: await askAnew(db, owner, done) }));
  deed('erase', Deed, async (owner, done) => {
    if (!(await withdraw(db, owner, done))) throw new HttpError(409, 'he has no voiceprint');
    return { erased: true };
  });
}

type Work<Body> = (owner: Owner, deed: Body & { at: Instant }) => Promise<object>;

function list(db: Kysely<Schema>, query: unknown, at: Instant) {
  const { flagged, help, ...filter } = parse(Filter, query);
  return listVoices(db, { ...filter, flagged: flagged === 'true', help: help === 'true' }, at);
}

/** @throws HttpError 404 */
async function one(db: Kysely<Schema>, params: unknown, at: Instant) {
  const owner = parse(Whose, params);
  return (await oneVoice(db, owner, at)) ?? nobody(owner);
}

/** With the rate of false accepts that the facility has set: that is all that is known of those. */
async function rates(db: Kysely<Schema>, query: unknown, at: Instant) {
  const { facility, days } = parse(Span, query);
  const [seen, rules, fits] = await Promise.all([
    ratesOf(db, facility, days, at),
    voiceRulesOf(db, facility),
    adaptationsOf(db, facility),
  ]);
  return { ...seen, falseAccepts: { set: rules?.falseAccepts ?? null, adapts: rules?.adapts === true, fits } };
}

/** @throws HttpError 409 where there is no fit in force */
async function undo(db: Kysely<Schema>, params: unknown, sent: unknown, from: string, at: Instant) {
  const { facility } = parse(Whose.pick({ facility: true }), params);
  const { by, why } = parse(Deed, sent);
  if (!(await undoAdaptation(db, facility, { by: `${by} from ${from}`, why, at })))
    throw new HttpError(409, 'there is no fit in force');
  return { facility, fits: await adaptationsOf(db, facility) };
}

async function mustBeThere(db: Kysely<Schema>, owner: Owner): Promise<void> {
  const { facility, caller } = owner;
  const known = await db
    .selectFrom('callers')
    .select('id')
    .where((eb) => eb.and({ facility, id: caller }))
    .executeTakeFirst();
  if (!known) nobody(owner);
}

function nobody({ facility, caller }: Owner): never {
  throw new HttpError(404, `there is no caller ${caller} in facility ${facility}`);
}
