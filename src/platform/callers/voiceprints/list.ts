import { type Kysely, sql } from 'kysely';
import type { VoiceState, WaiverReason } from '../../../protocol/api/voices.ts';
import type { CallerId, FacilityId, Instant } from '../../../protocol/units.ts';
import type { Schema } from '../../database/schema.ts';
import type { Owner } from './tables.ts';
import { agreedOf } from './task.ts';

const MONTH = 30 * 86_400_000;

/** Of his last five checks that were judged, so many refused are too many: somebody should help him. */
const OF = 5;
const TOO_OFTEN = 3;

/** A caller, as staff see him: nothing of the print itself. */
export interface Row {
  readonly caller: CallerId;
  readonly name: string;
  readonly state: VoiceState;
  readonly made: Instant | null;
  readonly used: Instant | null;
  readonly waived: WaiverReason | null;
  /** Checks of the last 30 days, by how they were judged; `flagged`: those that went on all the same. */
  readonly accepted: number;
  readonly refused: number;
  readonly unjudged: number;
  readonly flagged: number;
  /** Refused too often of late. */
  readonly help: boolean;
}

/** Which callers are wanted. */
export interface Wanted {
  readonly facility: FacilityId;
  readonly after: string;
  readonly limit: number;
  readonly state?: VoiceState | undefined;
  /** Those alone who went on without being known, or who are refused too often. */
  readonly flagged?: boolean;
  readonly help?: boolean;
  readonly caller?: CallerId;
}

/** Callers of a facility with their voices, in the order of their ids. */
export async function listVoices(db: Kysely<Schema>, wanted: Wanted, now: Instant): Promise<Row[]> {
  const { facility, after, limit, state, flagged = false, help = false, caller } = wanted;
  const { rows } = await sql<Row>`
    select * from (
      select c.id as caller, c.name, p.made, p.used, w.reason as waived,
          case when w.caller is not null then 'waived' when p.caller is not null then 'enrolled'
            when not ${agreedOf(sql`c.facility`, sql`c.id`)} then 'declined' else 'none' end as state,
          recent.accepted, recent.refused, recent.unjudged, recent.flagged,
          (select count(*) >= ${TOO_OFTEN} from (
              select result from voice_tries t
                where t.facility = c.facility and t.caller = c.id and t.task = 'verify' and t.result in ('accepted', 'refused')
                order by t.id desc limit ${OF}) last where last.result = 'refused') as help
        from callers c
        left join voiceprints p on p.facility = c.facility and p.caller = c.id
        left join voice_waivers w on w.facility = c.facility and w.caller = c.id and w.lifted is null
        cross join lateral (
          select (count(*) filter (where t.result = 'accepted'))::int as accepted,
              (count(*) filter (where t.result = 'refused'))::int as refused,
              (count(*) filter (where t.result = 'unjudged'))::int as unjudged,
              (count(*) filter (where t.outcome = 'flagged'))::int as flagged
            from voice_tries t
            where t.facility = c.facility and t.caller = c.id and t.task = 'verify' and t.at > ${now - MONTH}::bigint) recent
        where c.facility = ${facility} and c.pin_id_hash is not null and c.id > ${after}
          and (${caller ?? null}::text is null or c.id = ${caller ?? null}::text)) voice
      where (${state ?? null}::text is null or state = ${state ?? null}::text)
        and (not ${flagged}::boolean or flagged > 0) and (not ${help}::boolean or help)
      order by caller limit ${limit}`.execute(db);
  return rows;
}

/** One caller with what was asked and said, his checks in figures, and what was destroyed; null where there is no such caller. */
export async function oneVoice(db: Kysely<Schema>, owner: Owner, now: Instant) {
  const { facility, caller } = owner;
  const [row] = await listVoices(db, { facility, caller, after: '', limit: 1 }, now);
  if (!row) return null;
  const his = { facility, caller };
  const [consents, waivers, tries, erasures] = await Promise.all([
    db
      .selectFrom('voice_consents')
      .select(['at', 'agreed', 'notice', 'language', 'text', 'terminal', 'call'])
      .where((eb) => eb.and(his))
      .orderBy('id', 'desc')
      .limit(20)
      .execute(),
    db
      .selectFrom('voice_waivers')
      .select(['reason', 'at', 'by', 'why', 'lifted', 'lifted_by', 'lifted_why'])
      .where((eb) => eb.and(his))
      .orderBy('id', 'desc')
      .limit(20)
      .execute(),
    db
      .selectFrom('voice_tries')
      .select(['at', 'terminal', 'call', 'task', 'result', 'outcome'])
      .select(['ratio', 'threshold', 'answers', 'seconds', 'snr', 'why'])
      .where((eb) => eb.and(his))
      .orderBy('id', 'desc')
      .limit(50)
      .execute(),
    listErasures(db, { ...his, after: 0, limit: 20 }),
  ]);
  return { ...row, consents, waivers, tries, erasures };
}

/** What was destroyed, in the order in which it was. */
export const listErasures = (
  db: Kysely<Schema>,
  { facility, caller, after, limit }: { facility: FacilityId; caller?: CallerId; after: number; limit: number },
) =>
  db
    .selectFrom('voice_erasures')
    .select(['id', 'caller', 'why', 'at', 'by', 'note', 'made', 'used'])
    .where('facility', '=', facility)
    .where('id', '>', after)
    .$if(caller !== undefined, (query) => query.where('caller', '=', caller as CallerId))
    .orderBy('id')
    .limit(limit)
    .execute();
