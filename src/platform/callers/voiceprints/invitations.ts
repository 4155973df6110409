import { batches } from '../../database/batches.ts';
import { difference } from '../../database/difference.ts';
import { SITE_FILE } from '../../facilities/site.ts';
import type { Bringing } from '../../facilities/site-file/bringing.ts';

/**
 * Has those asked to enrol of whom the site file says so, unless they were asked before; a print that is there stays. Those whom it says
 * nothing of are asked no more.
 */
export async function importInvitations({ trx, site, now: at, tally, dry }: Bringing): Promise<void> {
  const { id: facility } = site.facility;
  const there = await trx
    .selectFrom('voice_anew')
    .select(['facility', 'caller', 'by'])
    .where('facility', '=', facility)
    .execute();
  const standing = new Map(there.map((row) => [row.caller, row]));
  // Of whom a waiver says that nothing is asked, it does not matter what was asked before.
  const wanted = site.callers.flatMap(({ id: caller, voice }) =>
    voice === 'asked' || (voice !== undefined && standing.has(caller))
      ? [standing.get(caller) ?? { facility, caller, by: SITE_FILE }]
      : [],
  );
  const { gone: others, ...rest } = difference(there, wanted, ({ caller }) => caller);
  const invitations = { ...rest, gone: others.filter(({ by }) => by === SITE_FILE) };
  tally.count('invitation', invitations, ({ caller }) => caller);
  if (dry) return;
  for (const some of batches(invitations.gone.map(({ caller }) => caller)))
    await trx.deleteFrom('voice_anew').where('facility', '=', facility).where('caller', 'in', some).execute();
  for (const some of batches(invitations.write))
    await trx
      .insertInto('voice_anew')
      .values(some.map((row) => ({ ...row, at, why: 'the site file says so' })))
      .onConflict((c) => c.doNothing())
      .execute();
}
