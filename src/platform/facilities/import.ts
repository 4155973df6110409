import type { Kysely } from 'kysely';
import type { Instant } from '../../protocol/units.ts';
import { importCallers, type Portion, portionsOf } from '../callers/import.ts';
import { growInvitations, shrinkInvitations } from '../callers/voiceprints/invitations.ts';
import { growWaivers, shrinkWaivers } from '../callers/voiceprints/waivers.ts';
import type { Trx } from '../context.ts';
import { whenThere } from '../database/gone.ts';
import type { Schema } from '../database/schema.ts';
import { inTurn } from '../database/turn.ts';
import { growPrepaid, growRates, importDebit, shrinkPrepaid, shrinkRates } from '../money/import.ts';
import { dropOwnLists, importAllows, importBlocks, importOwnLists, type Stage } from '../numbers/import.ts';
import { growTerminals, shrinkTerminals } from '../terminals/import.ts';
import { growPlace, readsPinsOtherwise, setPinLength, shrinkPlace } from './place.ts';
import type { Site } from './site.ts';

/** What an import works with. */
export interface Importing {
  /** The secret with which PINs are hashed. */
  readonly pepper: Buffer;
  readonly now: Instant;
  /** Told of callers as they are done. */
  readonly progress?: (done: number, all: number) => void;
}

/**
 * Makes the database say what the site file says, in short transactions for which no call waits; what is as it should be is not
 * written, and doing it again changes nothing. What is new is added first and what is gone removed last: in between, and where it was cut
 * short, a call that the old file and the new one allow is allowed. Of lists, what others put there stays; callers no longer named lose their PIN, accounts no longer named keep their
 * money; blocks made by called parties stay. Opening balances are paid in once. Gives the rows written.
 * A database that is gone is waited for, and what was cut short is done again.
 * @throws Error where another import of this facility is under way
 */
export function importSite(db: Kysely<Schema>, site: Site, importing: Importing): Promise<number> {
  const { id } = site.facility;
  const busy = `facility ${id} is being imported already: wait for the end of that, then import again`;
  const work = async (own: Kysely<Schema>) => {
    const { pepper, now, progress = () => undefined } = importing;
    let written = await growPlace(own, site);
    written += await growTerminals(own, site);
    written += await growRates(own, site);
    written += await growPrepaid(own, site, now);
    written += await importAllows(own, site, 'grow');

    const otherwise = await readsPinsOtherwise(own, site);
    const { handing, others } = await portionsOf(own, site, pepper, otherwise);
    const bring = callersOf(site, now);
    const unfinished: Portion[] = [];
    let done = 0;
    for (const portion of others) {
      const { rows, more } = await own.transaction().execute((trx) => bring(trx, portion, 'grow'));
      written += rows;
      if (more) unfinished.push(portion);
      done += portion.wanted.length;
      progress(done, site.callers.length);
    }
    if (!handing) written += await importBlocks(own, site, now);
    // Whoever has another's PIN next has another's list as well: what it lifts changes with what it lifts it from.
    else
      written += await own.transaction().execute(async (trx) => {
        if (otherwise) await setPinLength(trx, site);
        const blocks = await importBlocks(trx, site, now);
        return blocks + (await bring(trx, handing, 'exact')).rows;
      });
    for (const portion of unfinished)
      written += (await own.transaction().execute((trx) => bring(trx, portion, 'exact'))).rows;

    written += await growWaivers(own, site, now);
    written += await growInvitations(own, site, now);
    written += await importAllows(own, site, 'exact');
    written += await shrinkTerminals(own, site);
    written += await shrinkPlace(own, site);
    written += await shrinkWaivers(own, site, now);
    written += await shrinkInvitations(own, site);
    written += await shrinkRates(own, site);
    written += await shrinkPrepaid(own, site);
    return written;
  };
  return whenThere(
    () => inTurn(db, `tierphone import ${id}`, busy, work),
    () => true,
  );
}

/** Brings callers in, each with his list and his account. Gives the rows written, and whether lists allow more than they will. */
function callersOf(site: Site, now: Instant) {
  const { id: facility } = site.facility;
  const byId = new Map(site.callers.map((caller) => [caller.id, caller]));
  return async (trx: Trx, portion: Portion, stage: Stage) => {
    const callers = portion.wanted.flatMap(({ id }) => byId.get(id) ?? []);
    const rows = await importCallers(trx, facility, portion);
    const lists = await importOwnLists(trx, facility, callers, stage);
    const dropped = await dropOwnLists(trx, facility, portion.gone);
    const debit = await importDebit(trx, facility, callers, now);
    return { rows: rows + lists.written + dropped + debit, more: lists.more };
  };
}
