import type { Kysely } from 'kysely';
import type { SiteLosses } from '../../../protocol/api/site.ts';
import { amountText } from '../../../protocol/api/wire.ts';
import type { CallerId, FacilityId, Money, TerminalId } from '../../../protocol/units.ts';
import { whoHasPrint } from '../../callers/voiceprints/prints.ts';
import type { Schema } from '../../database/schema.ts';
import { debitBalances } from '../../money/account.ts';
import { NAMED } from './tally.ts';

/** What is taken away from callers who go, and which phones go. */
export async function lossesOf(
  db: Kysely<Schema>,
  facility: FacilityId,
  gone: readonly { readonly id: CallerId; readonly name: string }[],
  phones: readonly TerminalId[],
): Promise<SiteLosses> {
  const ids = gone.map(({ id }) => id);
  const balances = await debitBalances(db, facility, ids);
  const prints = await whoHasPrint(db, facility, ids);
  const first = gone.slice(0, NAMED).map(({ id: caller, name }) => ({
    ...{ caller, name, balance: amountText(balances.get(caller) ?? (0 as Money)), voiceprint: prints.has(caller) },
  }));
  const owed = [...balances.values()].reduce((sum: number, one) => sum + one, 0) as Money;
  return { callers: ids.length, first, owed: amountText(owed), voiceprints: prints.size, phones: [...phones] };
}
