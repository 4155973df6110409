import type { Generated } from 'kysely';
import type { CallerId, CallId, FacilityId, Instant, Money, PhoneNumber, TerminalId } from '../../protocol/units.ts';

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
  /** With `call`, the call it is for, in the facility of its account. */
  terminal: TerminalId | null;
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
  terminal: TerminalId | null;
  call: CallId | null;
  account: string;
  amount: Money;
}

/** What the room of money writes; `postings` is a view of transfers. */
export interface MoneyTables {
  rates: Rates;
  accounts: Accounts;
  account_numbers: AccountNumbers;
  transfers: Transfers;
  postings: Postings;
}
