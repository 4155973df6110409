import { type Kysely, type Migration, Migrator } from 'kysely';
import { up as first } from './migrations/0001-first.ts';
import { up as tries } from './migrations/0004-tries.ts';
import { up as blocks } from './migrations/0004b-blocks.ts';
import { up as records } from './migrations/0005-records.ts';
import { up as keys } from './migrations/0005b-keys.ts';
import { up as orders } from './migrations/0006-orders.ts';
import { up as differs } from './migrations/0006b-differs.ts';
import { up as leases } from './migrations/0007-leases.ts';
import { up as voices } from './migrations/0008-voices.ts';
import { up as names } from './migrations/0009-names.ts';
import { up as adaptations } from './migrations/0010-adaptations.ts';
import { up as secrets } from './migrations/0011-secrets.ts';
import { up as trail } from './migrations/0012-trail.ts';
import { up as keySets } from './migrations/0013-key-sets.ts';
import { up as people } from './migrations/0014-people.ts';
import { up as admitted } from './migrations/0016-admitted.ts';
import { up as passkeyChallenges } from './migrations/0017-passkey-challenges.ts';
import { up as calls } from './migrations/0019-calls-a-day.ts';
import { up as wishes } from './migrations/0020-wishes.ts';
import { up as central } from './migrations/0022-central.ts';
import { up as holidays } from './migrations/0023-holidays.ts';
import { up as answered } from './migrations/0024-answered.ts';
import { up as dialled } from './migrations/0025-dialled.ts';
import { up as phoneHours } from './migrations/0027-phone-hours.ts';
import { up as attorneys } from './migrations/0028-attorneys.ts';
import { up as alerts } from './migrations/0029-alerts.ts';
import { up as approvals } from './migrations/0030-approvals.ts';
import { up as claims } from './migrations/0031-claims.ts';
import { up as outages } from './migrations/0035-outages.ts';
import { up as greetings } from './migrations/0035b-greetings.ts';
import { up as sequences } from './migrations/0036-sequences.ts';
import { up as certificates } from './migrations/0037-certificates.ts';
import type { Schema } from './schema.ts';

/** In the order of their names; one that has been released is never changed. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-first': { up: first },
  '0004-tries': { up: tries },
  '0004b-blocks': { up: blocks },
  '0005-records': { up: records },
  '0005b-keys': { up: keys },
  '0006-orders': { up: orders },
  '0006b-differs': { up: differs },
  '0007-leases': { up: leases },
  '0008-voices': { up: voices },
  '0009-names': { up: names },
  '0010-adaptations': { up: adaptations },
  '0011-secrets': { up: secrets },
  '0012-trail': { up: trail },
  '0013-key-sets': { up: keySets },
  '0014-people': { up: people },
  '0016-admitted': { up: admitted },
  '0017-passkey-challenges': { up: passkeyChallenges },
  '0019-calls-a-day': { up: calls },
  '0020-wishes': { up: wishes },
  '0022-central': { up: central },
  '0023-holidays': { up: holidays },
  '0024-answered': { up: answered },
  '0025-dialled': { up: dialled },
  '0027-phone-hours': { up: phoneHours },
  '0028-attorneys': { up: attorneys },
  '0029-alerts': { up: alerts },
  '0030-approvals': { up: approvals },
  '0031-claims': { up: claims },
  '0035-outages': { up: outages },
  '0035b-greetings': { up: greetings },
  '0036-sequences': { up: sequences },
  '0037-certificates': { up: certificates },
};

/** The names of all of them, the newest last. */
export const SCHEMAS: readonly string[] = Object.keys(MIGRATIONS);

const migratorOf = (db: Kysely<Schema>): Migrator =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });

/** How many changes of the tables were made, and how many the next start makes. */
export async function changesOf(db: Kysely<Schema>): Promise<{ readonly made: number; readonly due: number }> {
  const all = await migratorOf(db).getMigrations();
  const made = all.filter(({ executedAt }) => executedAt !== undefined).length;
  return { made, due: all.length - made };
}

/**
 * Brings the tables up to date, from whatever an earlier version left.
 * @throws Error naming the migration that failed; nothing of it is kept.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = migratorOf(db);
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((r) => r.status === 'Error')?.migrationName ?? 'the list of migrations';
  throw new Error(`the database could not be brought up to date at ${failed}`, { cause: error });
}
