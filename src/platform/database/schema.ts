import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Bound, CallRecord } from '../../protocol/call.ts';
import type {
  CallerId,
  CallId,
  FacilityId,
  Instant,
  Language,
  Millis,
  Money,
  PhoneNumber,
  TerminalId,
  UnitId,
} from '../../protocol/units.ts';
import type { Hours } from '../control/hours.ts';

type Json<T extends object> = ColumnType<T | null, string | null, string | null>;

interface Facilities {
  id: FacilityId;
  name: string;
  time_zone: string;
  dialling: 'open' | 'listed';
  limit_ms: Millis;
  pin_id_length: number;
  hours: Json<Hours>;
  recorded: boolean;
}

interface Units {
  facility: FacilityId;
  id: UnitId;
  limit_ms: Millis | null;
  hours: Json<Hours>;
}

interface Terminals {
  facility: FacilityId;
  id: TerminalId;
  unit: UnitId;
}

interface Callers {
  facility: FacilityId;
  id: CallerId;
  name: string;
  language: Language | null;
  pin_id_hash: Buffer | null;
  pin_hash: Buffer | null;
  limit_ms: Millis | null;
  hours: Json<Hours>;
  suspended: boolean;
}

interface AllowedNumbers {
  facility: FacilityId;
  caller: CallerId;
  number: PhoneNumber;
  privileged: boolean;
  free: boolean;
  limit_ms: Millis | null;
  digits: 'pass' | 'block';
  recorded: boolean;
  overrides_block: boolean;
}

export type BlockKind = 'facility' | 'security' | 'billing' | 'called-party';

interface Blocks {
  id: Generated<number>;
  facility: FacilityId;
  /** An SQL LIKE pattern of E.164 numbers. */
  pattern: string;
  kind: BlockKind;
  note: string | null;
  created: Instant;
  created_by: string;
}

interface Allows {
  facility: FacilityId;
  pattern: string;
  privileged: boolean;
  free: boolean;
}

interface Rates {
  facility: FacilityId;
  prefix: string;
  starts: Instant;
  per_minute: Money;
  facility_adds: Money;
}

interface Accounts {
  id: string;
  facility: FacilityId | null;
  kind: 'prepaid' | 'debit' | 'deposits' | 'revenue';
  name: string;
  caller: CallerId | null;
  balance: Money | null;
  held: Generated<Money>;
}

interface AccountNumbers {
  facility: FacilityId;
  number: PhoneNumber;
  account: string;
}

/** Money from one account to another: two postings that sum to zero by their making. */
interface Transfers {
  id: Generated<number>;
  at: Instant;
  kind: 'deposit' | 'call' | 'correction';
  reference: string;
  call: CallId | null;
  from_account: string;
  to_account: string;
  amount: Money;
  made_by: string;
}

interface Postings {
  transfer: number;
  at: Instant;
  kind: Transfers['kind'];
  call: CallId | null;
  account: string;
  amount: Money;
}

interface Identified {
  call: CallId;
  facility: FacilityId;
  terminal: TerminalId;
  caller: CallerId;
  at: Instant;
}

interface Attempts {
  facility: FacilityId;
  scope: 'pin' | 'terminal';
  key: Buffer;
  failures: number;
  last: Instant;
  locked_until: Instant;
}

/** What closed a session: the terminal's word at once, its durable record, silence, or the same caller's next call. */
export type SettledBy = 'end' | 'record' | 'sweep' | 'next-call';

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
  call: CallId;
  request: string;
  at: Instant;
  body: string;
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
  record: JSONColumnType<CallRecord>;
}

interface Quarantine {
  digest: Buffer;
  at: Instant;
  topic: string;
  reason: string;
  payload: Buffer;
}

/** The tables as the newest migration leaves them. */
export interface Schema {
  facilities: Facilities;
  units: Units;
  terminals: Terminals;
  callers: Callers;
  allowed_numbers: AllowedNumbers;
  blocks: Blocks;
  allows: Allows;
  rates: Rates;
  accounts: Accounts;
  account_numbers: AccountNumbers;
  transfers: Transfers;
  postings: Postings;
  identified: Identified;
  attempts: Attempts;
  sessions: Session;
  answers: Answers;
  records: Records;
  quarantine: Quarantine;
}
