import type { JSONColumnType } from 'kysely';
import type { Bound, CallRecord, Refusal } from '../../protocol/call.ts';
import type {
  CallerId,
  CallId,
  FacilityId,
  Instant,
  Millis,
  Money,
  PhoneNumber,
  TerminalId,
  UnitId,
} from '../../protocol/units.ts';
import type { Json } from '../database/json.ts';

/** What closed a session: the terminal's word at once, its durable record, silence, or the same caller's next call. */
export type SettledBy = 'end' | 'record' | 'sweep' | 'next-call';

interface Identified {
  facility: FacilityId;
  terminal: TerminalId;
  call: CallId;
  caller: CallerId;
  at: Instant;
  /** Why his voice stands in the way of a call; null: it does not. */
  voice: Refusal | null;
  /** He has a voiceprint, and his voice is compared with it in the call that he makes. */
  watched: boolean | null;
  /** It is known how he says his name. */
  named: boolean | null;
  /** Under which the phone is told how he says his name, encrypted; null: none came with the PIN, or nothing is asked of voices. */
  secret: Buffer | null;
}

/** A credit-control session (RFC 8506), one a granted call. */
export interface Session {
  call: CallId;
  facility: FacilityId;
  terminal: TerminalId;
  caller: CallerId;
  number: PhoneNumber;
  /** Null: free of charge. */
  account: string | null;
  pays: 'free' | 'prepaid' | 'debit';
  rate: Money;
  privileged: boolean;
  recorded: boolean;
  digits: 'pass' | 'block';
  /** The caller's voice is compared; null of calls that were granted before there was such a thing. */
  watched: boolean | null;
  /** The number goes on the caller's list if it is reached; null of calls that were granted before there was such a thing. */
  learns: boolean | null;
  limit_ms: Millis;
  limit_bound: Bound;
  until: Instant | null;
  quota: Millis;
  held: Money;
  used: Millis;
  opened: Instant;
  heard: Instant;
  settled_by: SettledBy | null;
  settled_at: Instant | null;
  talked: Millis;
  charged: Money;
  forgone: Money;
}

interface Answers {
  facility: FacilityId;
  terminal: TerminalId;
  call: CallId;
  request: string;
  at: Instant;
  body: string;
}

/** Between two values, both of them included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a record says otherwise than the platform knows it, as each has it. */
export interface Difference {
  readonly field: string;
  readonly phone: string | number | boolean | null;
  readonly platform: string | number | boolean | null | Span;
}

interface Records {
  call: CallId;
  facility: FacilityId;
  terminal: TerminalId;
  unit: UnitId;
  kind: CallRecord['kind'];
  caller: CallerId | null;
  number: PhoneNumber | null;
  lifted: Instant;
  ended: Instant;
  talked: Millis;
  ending: CallRecord['ending']['reason'];
  hidden: boolean;
  stored: Instant;
  /** As it is believed. */
  record: JSONColumnType<CallRecord>;
  /** The record as its phone signed it (compact JWS). */
  signed: string | null;
  /** Null: nothing. */
  differs: Json<readonly Difference[]>;
  /** What was dialled where no call came of it: a number, else the digits as they were keyed. */
  dialled: string | null;
}

interface Quarantine {
  digest: Buffer;
  at: Instant;
  topic: string;
  reason: string;
  payload: Buffer;
}

/** What the room of calls writes. */
export interface CallsTables {
  identified: Identified;
  sessions: Session;
  answers: Answers;
  records: Records;
  quarantine: Quarantine;
}
