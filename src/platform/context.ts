import type { Kysely, Transaction } from 'kysely';
import type { CallRecord } from '../protocol/call.ts';
import type { ReplyPrivateKey, SealingPrivateKey } from '../protocol/keys.ts';
import type { Hotline } from '../protocol/messages.ts';
import type { CallId, FacilityId, Instant, Millis, TerminalId } from '../protocol/units.ts';
import type { Alarm } from './alarm.ts';
import type { Judging } from './callers/voiceprints/judging.ts';
import type { CreditConfig, LockoutConfig } from './config.ts';
import type { Counters } from './counters.ts';
import type { Schema } from './database/schema.ts';

/** What every part of call control works with. */
export interface Control {
  readonly db: Kysely<Schema>;
  readonly now: () => Instant;
  readonly credit: CreditConfig;
  readonly lockout: LockoutConfig;
  /** The secret with which PINs are hashed. */
  readonly pepper: Buffer;
  /** What voices are judged with; null where no key of voiceprints is configured. */
  readonly judging: Judging | null;
  /** Opens sealed PINs and voices. */
  readonly sealing: SealingPrivateKey;
  /** Signs replies. */
  readonly replies: ReplyPrivateKey;
  /** What the signed lists of a facility let its phones dial without asking; null where no list is known. */
  readonly hotlines: (facility: FacilityId) => readonly Hotline[] | null;
  readonly endings: Endings;
  readonly counters: Counters;
  readonly alarm: Alarm;
}

/** The JSON text of a reply's body. Stored as it was sent, so that a repeated request gets the same, byte for byte. */
export type Answer = string & { readonly __brand: 'Answer' };

/** What ends calls, done together with all that comes at the same moment: a lockdown ends thousands. */
export interface Endings {
  /** Ends a call on the phone's word at once. */
  end(word: CallKey & { readonly request: number; readonly used: Millis }): Promise<Answer>;
  /**
   * Stores the record of a lift and settles its session by it, where it is signed with the key in force for its phone (else it is
   * `strange`) and is not `known` before: it agrees with what the platform knows, or not.
   */
  record(lift: Lift): Promise<'agrees' | 'differs' | 'without-session' | 'known' | 'strange'>;
}

/** The record of a lift, as it was signed (compact JWS), and the thumbprint of the key. */
export interface Lift {
  readonly record: CallRecord;
  readonly signed: string;
  readonly key: string;
}

export type Trx = Transaction<Schema>;

/** Who asks, as the broker's topic says: never as the message says. */
export interface Asker {
  readonly facility: FacilityId;
  readonly terminal: TerminalId;
}

/** What names a call: the phone that made it, and the id it gave to it. Another phone may give the same: that is another call. */
export interface CallKey extends Asker {
  readonly call: CallId;
}

/** A request that makes no sense: answered with an error, whose text is this message. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** A record signed with a key that is not known to be its phone's: neither stored nor refused, so that the phone keeps it. */
export class StrangeKey extends Error {
  override readonly name = 'StrangeKey';
}

/** The terminal is not in the site file. */
export const strange = ({ facility, terminal }: Asker): RequestError =>
  new RequestError(`terminal ${terminal} of facility ${facility} is not known: add it to a unit of the site file`);
