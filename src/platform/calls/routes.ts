import type { FastifyInstance } from 'fastify';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { CallRecord } from '../../protocol/call.ts';
import { CallerId, CallId, FacilityId, Instant, type Money, PhoneNumber, TerminalId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError, type Scope } from '../http/access.ts';
import { parse } from '../http/parse.ts';
import { lifts } from './ledger.ts';
import { shown } from './shown.ts';
import type { Difference } from './tables.ts';

const moment = z.iso
  .datetime({ offset: true, error: 'a moment is wanted, as 2026-03-03T12:00:00Z' })
  .transform((text) => Date.parse(text))
  .pipe(Instant);
const count = z.coerce.number().pipe(z.int().min(1).max(1_000));

const Filter = z.strictObject({
  facility: FacilityId.optional(),
  terminal: TerminalId.optional(),
  caller: CallerId.optional(),
  number: PhoneNumber.optional(),
  /** Lifted at or after, and before. */
  from: moment.optional(),
  to: moment.optional(),
  /** `true`: those alone whose phone says otherwise than the platform knows. */
  differs: z.enum(['true', 'false']).default('false'),
  limit: count.default(100),
});

interface Lift {
  readonly record: CallRecord;
  readonly charged: Money | null;
  readonly differs: readonly Difference[] | null;
}

const Key = z.object({ facility: FacilityId, terminal: TerminalId, call: CallId });

/** Records of lifts. */
export function callRoutes(app: FastifyInstance, { db, staff }: Door): void {
  app.get('/records', (request) => listRecords(db, staff(request), request.query));
  app.get('/records/:facility/:terminal/:call', (request) => oneRecord(db, staff(request), request.params));
}

/** Records, newest first, as the query asks. */
async function listRecords(db: Kysely<Schema>, scope: Scope, query: unknown) {
  const { facility, terminal, caller, number, from, to, differs, limit } = parse(Filter, query);
  let select = visible(db, scope);
  if (facility) select = select.where('records.facility', '=', facility);
  if (terminal) select = select.where('records.terminal', '=', terminal);
  if (caller) select = select.where(scope === 'admin' ? ofCaller(caller) : toldOfCaller(caller));
  if (number) select = select.where('records.number', '=', number);
  if (from !== undefined) select = select.where('records.lifted', '>=', from);
  if (to !== undefined) select = select.where('records.lifted', '<', to);
  if (differs === 'true') select = select.where('records.differs', 'is not', null);
  // What a cover does not show, nobody finds it by.
  if (scope !== 'admin' && (number || differs === 'true')) select = select.where('records.hidden', '=', false);
  const rows = await select.orderBy('records.lifted', 'desc').limit(limit).execute();
  return rows.map(answerFor(scope));
}

/** One record. @throws HttpError 404, also for one that the asker may not see */
async function oneRecord(db: Kysely<Schema>, scope: Scope, params: unknown) {
  const { facility, terminal, call } = parse(Key, params);
  const row = await visible(db, scope)
    .where('records.facility', '=', facility)
    .where('records.terminal', '=', terminal)
    .where('records.call', '=', call)
    .executeTakeFirst();
  if (!row) throw new HttpError(404, `there is no record of call ${call} of terminal ${terminal}`);
  return answerFor(scope)(row);
}

const ofCaller = (caller: CallerId) => sql<boolean>`records.caller = ${caller}`;

/** Of a tip line it is the cover that tells who had shown himself. */
const toldOfCaller = (caller: CallerId) =>
  sql<boolean>`(records.caller = ${caller} or (records.hidden and records.record -> 'cover' ->> 'caller' = ${caller}))`;

/** A record as the asker may see it, with what its phone says otherwise: tip lines themselves are for admins. */
const answerFor = (scope: Scope) => {
  const as = scope === 'admin' ? (record: CallRecord) => record : shown;
  return ({ record, charged, differs }: Lift) => ({
    ...as(record),
    charged: charged ?? 0,
    differs: scope !== 'admin' && record.hidden ? [] : (differs ?? []),
  });
};

/** What the asker may see; a tip line that has no cover is for him as if it were not there, in the same words and by the same way. */
const visible = (db: Kysely<Schema>, scope: Scope) =>
  lifts(db).$if(scope !== 'admin', (query) =>
    query.where(sql<boolean>`(not records.hidden or records.record -> 'cover' is not null)`),
  );
