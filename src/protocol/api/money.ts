import { z } from 'zod';
import { CallerId, CallId, Dollars, FacilityId, PhoneNumber, TerminalId } from '../units.ts';
import { Amount, Line, Moment, pageOf } from './wire.ts';

const Name = z.string().min(1).max(100);
export const AccountPath = z.object({ facility: FacilityId, account: Name });

/** An account of somebody who owns money. */
const Account = z.strictObject({
  account: Name,
  kind: z.enum(['prepaid', 'debit']),
  name: z.string(),
  /** With `debit`: whose it is. */
  caller: CallerId.nullable(),
  balance: Amount,
  /** What calls under way may take of it. */
  held: Amount,
});
export const Accounts = pageOf(Account);

/** With the numbers that it pays for, and the latest of what came and went. */
export const AccountAndPostings = Account.extend({
  numbers: z.array(PhoneNumber),
  postings: z.array(
    z.strictObject({
      transfer: z.int(),
      at: Moment,
      kind: z.enum(['deposit', 'call', 'correction']),
      terminal: TerminalId.nullable(),
      call: CallId.nullable(),
      amount: Amount,
    }),
  ),
});

export const Deposit = z.strictObject({
  amount: Dollars.refine((amount) => amount > 0, 'more than nothing is wanted'),
  /** What it is booked under: the same reference is booked once. */
  reference: Line(120),
});

/** `booked` false: it was booked under this reference before. */
export const Receipt = z.strictObject({
  account: Name,
  amount: Amount,
  reference: z.string(),
  at: Moment,
  booked: z.boolean(),
  balance: Amount,
});
