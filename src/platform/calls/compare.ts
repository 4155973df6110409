import type { CallRecord, VoiceOutcome } from '../../protocol/call.ts';
import type { Hotline } from '../../protocol/messages.ts';
import { between, type CallerId, type Instant, type Millis, millis } from '../../protocol/units.ts';
import type { CreditConfig } from '../config.ts';
import type { Difference, Session, Span } from './tables.ts';

/**
 * So far a phone's times may lie from the platform's receipt of what it asked, ms: of a phone whose clock is further off no answer
 * is in time, and a request that has waited longer has run out.
 */
const NEAR = 60_000;
/** Two words on one talk may differ by this, ms. */
const TALK = 1_000;
/** So long it is known who was identified, ms: a day, less what a record may be late and an hour. */
const IDENTIFIED = 23 * 3_600_000;

/** What the platform itself knows of a lift. */
export interface Known {
  /** Its session as it was before the record came; undefined where nothing was granted. */
  readonly session: Session | undefined;
  /** Who was identified in it; undefined for nobody, or too long ago. */
  readonly identified: CallerId | undefined;
  /** What came of the check of his voice in it: null where it did not end; undefined where there was none, or too long ago. */
  readonly checked: VoiceOutcome | null | undefined;
  /** What the facility's signed lists let go without being asked; null where no list is known. */
  readonly hotlines: readonly Hotline[] | null;
  readonly setup: CreditConfig['setup'];
  /** The record's receipt. */
  readonly now: Instant;
}

/** What came of it. */
export interface Verdict {
  /** The record as it is believed: where the two differ, as the platform has it. */
  readonly believed: CallRecord;
  /** Each thing that differs, in both versions. */
  readonly differs: readonly Difference[];
  /** A call was placed that nobody granted, and no signed list lets go. */
  readonly sessionless: boolean;
}

/** What a record ought to say. */
interface Expected {
  readonly values: Partial<Pick<CallRecord, 'kind' | 'caller' | 'number' | 'privileged' | 'hidden'>>;
  readonly spans: Partial<Record<'lifted' | 'accepted' | 'ended' | 'talked', Span>>;
  /** No more talk than this is believed. */
  readonly most: Millis;
  readonly sessionless: boolean;
}

/** Holds a record against what the platform knows of its call. Pure. */
export function compare(record: CallRecord, known: Known): Verdict {
  const { values, spans, most, sessionless } = expectedOf(record, known);
  const said = Object.entries(values)
    .filter(([field, platform]) => record[field as keyof typeof values] !== platform)
    .map(([field, platform]) => ({ field, phone: record[field as keyof typeof values] ?? null, platform }));
  const outside = Object.entries(spans).flatMap(([field, platform]) => {
    const phone = record[field as keyof typeof spans];
    return phone === null || (phone >= platform.from && phone <= platform.to) ? [] : [{ field, phone, platform }];
  });
  const talked = millis(Math.min(record.talked, most));
  const { cover, ...bare } = voiced({ ...record, ...values, talked }, known);
  const without = sessionless ? [{ field: 'session', phone: record.kind, platform: null }] : [];
  // Nothing but a tip line has a cover, and that names nobody who had not shown himself.
  const named = cover === undefined ? null : callerOf(cover.caller, record.lifted, known);
  const covered = cover !== undefined && bare.hidden ? { ...bare, cover: { ...cover, caller: named } } : bare;
  const disguise =
    cover === undefined || (bare.hidden && named === cover.caller)
      ? []
      : [{ field: 'cover', phone: cover.caller, platform: named }];
  const judged = bare.voice?.outcome ?? null;
  const heard = outcomeOf(record) === judged ? [] : [{ field: 'voice', phone: outcomeOf(record), platform: judged }];
  return { believed: covered, differs: [...without, ...said, ...outside, ...disguise, ...heard], sessionless };
}

const outcomeOf = ({ voice }: CallRecord): VoiceOutcome | null => voice?.outcome ?? null;

/** The record with what came of the caller's voice as the platform judged it; a phone that it granted nothing may never have heard of that. */
function voiced({ voice, ...rest }: CallRecord, { checked, session, now }: Known): CallRecord {
  const told = voice?.outcome ?? null;
  const forgotten = checked === undefined && rest.lifted < now - IDENTIFIED;
  const outcome = forgotten || (told === null && session === undefined) ? told : (checked ?? null);
  const others = voice?.others ?? [];
  return outcome === null && others.length === 0 ? rest : { ...rest, voice: { outcome, others } };
}

/** Talk between acceptance and end: what lies outside is never believed, whatever the sum says. */
const bounded = ({ accepted, ended }: CallRecord): Millis => (accepted === null ? millis(0) : between(accepted, ended));

const isPlaced = ({ kind, number, accepted, talked }: CallRecord): boolean =>
  kind !== 'attempt' || number !== null || accepted !== null || talked > 0;

/** Talk as the phone told it while it went on, or at its end. */
const reported = (session: Session): Millis => (session.settled_by === 'end' ? session.talked : session.used);

function expectedOf(record: CallRecord, known: Known): Expected {
  const { session } = known;
  // Granted, and the answer was lost or came too late: nothing was dialled then, and the phone knows of no grant.
  if (session && (isPlaced(record) || reported(session) > 0)) return ofGrant(record, session, known);
  if (!isPlaced(record)) return ofAttempt(record, known);
  return record.kind === 'hotline' ? ofHotline(record, known) : ofNothing(record, known);
}

function ofGrant(record: CallRecord, session: Session, { setup, now }: Known): Expected {
  const { caller, number, privileged, opened, heard, quota, settled_by, settled_at } = session;
  const told = reported(session);
  const most = millis(Math.min(quota, bounded(record)));
  // A phone that lost its power knows no later talk than the last that it wrote down.
  const least = record.ending.reason === 'restarted' ? 0 : told - TALK;
  const over = settled_by === 'end' ? settled_at : null;
  return {
    values: { kind: 'call', caller, number, privileged, hidden: false },
    spans: {
      lifted: { from: 0, to: opened + NEAR },
      accepted: { from: opened - NEAR, to: opened + setup + NEAR },
      // Without a word on its end, of a phone that was off line, it is only known when it was heard of and when the record came.
      ended: over === null ? { from: heard - NEAR, to: now + NEAR } : { from: over - NEAR, to: over + NEAR },
      talked: { from: least, to: over === null ? most : Math.min(most, told + TALK) },
    },
    most,
    sessionless: false,
  };
}

/** Who showed himself in a lift, where a phone says that it was `caller`; nobody to a phone that never heard that he is known. */
function callerOf(caller: CallerId | null, lifted: Instant, { session, identified, now }: Known): CallerId | null {
  if (caller === null) return null;
  return session?.caller ?? identified ?? (lifted < now - IDENTIFIED ? caller : null);
}

function ofAttempt({ caller, lifted }: CallRecord, known: Known): Expected {
  return {
    values: { privileged: false, hidden: false, caller: callerOf(caller, lifted, known) },
    spans: { ended: { from: 0, to: known.now + NEAR } },
    most: millis(0),
    sessionless: false,
  };
}

function ofHotline(record: CallRecord, known: Known): Expected {
  const { hotlines, now } = known;
  const listed = hotlines?.filter(({ number }) => number === record.number) ?? [];
  const exact = listed.find((line) => line.hidden === record.hidden && line.privileged === record.privileged);
  const line = exact ?? listed[0];
  if (line === undefined) return ofNothing(record, known);
  const most = millis(Math.min(line.limit, bounded(record)));
  return {
    values: { caller: null, privileged: line.privileged, hidden: line.hidden },
    spans: { ended: { from: 0, to: now + NEAR }, talked: { from: 0, to: most } },
    most,
    sessionless: false,
  };
}

/** A call of which the platform knows nothing is not hidden by it; where no list is known it cannot tell what a hotline is. */
function ofNothing(record: CallRecord, { hotlines, now }: Known): Expected {
  const unknown = record.kind === 'hotline' && hotlines === null;
  return {
    values: unknown ? {} : { hidden: false },
    spans: { ended: { from: 0, to: now + NEAR } },
    most: record.talked,
    sessionless: true,
  };
}
