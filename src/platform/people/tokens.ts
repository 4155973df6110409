import type { Kysely } from 'kysely';
import { Role } from '../../protocol/api/rights.ts';
import { between, type Instant, millis } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import type { Actor } from './actor.ts';
import { digest } from './sign-in/mint.ts';

const NOTED = millis(60_000);

/** Which machine a token is of; null where it is of none, or over. */
export async function machineBy(db: Kysely<Schema>, token: string, from: string, now: Instant): Promise<Actor | null> {
  const row = await db
    .selectFrom('api_tokens')
    .select(['id', 'name', 'facility', 'rights', 'used'])
    .where('hash', '=', digest(token))
    .where('expires', '>', now)
    .where('ended', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  if (row.used === null || between(row.used, now) > NOTED)
    await db.updateTable('api_tokens').set({ used: now }).where('id', '=', row.id).execute();
  // In its facility it may do whatever any role may, as far as it is narrowed to it.
  const roles = new Map(row.facility === null ? [] : [[row.facility, Role.options]]);
  const { id, name, facility, rights } = row;
  return { kind: 'machine', id, name, operator: facility === null, roles, scopes: rights, from };
}
