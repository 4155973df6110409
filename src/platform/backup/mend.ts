import type { Kysely } from 'kysely';
import type { Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { renewGreetings } from '../facilities/greetings.ts';
import { renewSettings } from '../facilities/phone-settings.ts';
import { endAllLinks } from '../people/sign-in/links.ts';
import { endAllSessions } from '../people/sign-in/sessions.ts';
import { leaveTrail } from '../people/trail.ts';
import type { Manifest } from './manifest.ts';

const RESTORE: Parameters<typeof leaveTrail>[2] = {
  ...{ kind: 'platform' as const, id: '', name: 'tierphone restore', from: 'where it runs' },
  ...{ operator: true, roles: new Map(), scopes: null },
};

/**
 * What must not be as it was when the backup was made: phones took settings and greetings since that were newer, and would not take these;
 * whoever was shut out since, or used a link, must not be let in by what was there before. It stands in the trail.
 */
export async function mend(db: Kysely<Schema>, { made }: Manifest, at: Instant): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await renewSettings(trx, at);
    await renewGreetings(trx, at);
    await endAllSessions(trx);
    await endAllLinks(trx);
    const after = { backup: new Date(made).toISOString() };
    await leaveTrail(trx, null, RESTORE, { what: 'backup.restore', after }, at);
  });
}
