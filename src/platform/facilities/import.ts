import type { Kysely } from 'kysely';
import type { SiteReport } from '../../protocol/api/site.ts';
import { amountText } from '../../protocol/api/wire.ts';
import type { Instant, Money } from '../../protocol/units.ts';
import { importCallers } from '../callers/import.ts';
import { importInvitations } from '../callers/voiceprints/invitations.ts';
import { importWaivers } from '../callers/voiceprints/waivers.ts';
import type { Trx } from '../context.ts';
import { whenThere } from '../database/gone.ts';
import type { Schema } from '../database/schema.ts';
import { importDebit, importPrepaid, importRates } from '../money/import.ts';
import { dropOwnLists, importAllows, importBlocks, importOwnLists } from '../numbers/import.ts';
import { importTerminals } from '../terminals/import.ts';
import { dropUnits, importPlace } from './place.ts';
import type { Site } from './site.ts';
import type { Bringing } from './site-file/bringing.ts';
import { lossesOf } from './site-file/losses.ts';
import { Tally } from './site-file/tally.ts';
import { inWords } from './site-file/words.ts';

/** What an import works with. */
export interface Importing {
  /** The secret with which PINs are hashed. */
  readonly pepper: Buffer;
  readonly now: Instant;
  /** It is told what would be written, and nothing is. */
  readonly dry?: boolean;
  /** Asked before what was written stands; what it throws undoes all of it. */
  readonly last?: (trx: Trx, report: SiteReport) => Promise<void>;
}

/**
 * Makes the database say what the site file says, in one transaction, for which others who change the facility wait and no call does: until
 * its end calls see what was before. What is as it should be is not written, and doing it again changes nothing. What others than a file
 * brought stays; callers no longer named lose their PIN, accounts no longer named keep their money. Opening balances are paid in once.
 * A database that is gone is waited for while `goOn`, and what was cut short is done again.
 * @throws HttpError 409 where two callers have the same PIN id, and what `last` throws
 */
export function importSite(
  db: Kysely<Schema>,
  site: Site,
  { pepper, now, dry = false, last }: Importing,
  goOn: () => boolean = () => true,
): Promise<SiteReport> {
  const work = async (trx: Trx): Promise<SiteReport> => {
    const tally = new Tally();
    const bringing: Bringing = { trx, site, now, tally, dry };
    const { isNew, gone: units } = await importPlace(bringing);
    const phones = await importTerminals(bringing);
    await importRates(bringing);
    const prepaid = await importPrepaid(bringing);
    await importAllows(bringing);
    await importBlocks(bringing);
    const callers = await importCallers(bringing, pepper);
    // Who is gone is asked for what is his before it goes.
    const losses = await lossesOf(trx, site.facility.id, callers, phones);
    if (!dry)
      await dropOwnLists(
        trx,
        site.facility.id,
        callers.map(({ id }) => id),
      );
    await importOwnLists(bringing);
    const debit = await importDebit(bringing);
    await importWaivers(bringing);
    await importInvitations(bringing);
    await dropUnits(bringing, units);
    const paidIn = (prepaid + debit) as Money;
    const told = { facility: site.facility.id, done: !dry, isNew, changes: tally.changes, losses };
    const report = { ...told, paidIn: amountText(paidIn) };
    const whole = { ...report, words: inWords(report) };
    await last?.(trx, whole);
    return whole;
  };
  return whenThere(() => db.transaction().execute(work), goOn);
}
