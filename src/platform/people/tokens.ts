import { randomUUID } from 'node:crypto';
import type { Insertable, Kysely } from 'kysely';
import { Role } from '../../protocol/api/rights.ts';
import { between, type Instant, millis } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import type { Actor } from './actor.ts';
import { digest, mint } from './sign-in/mint.ts';
import type { ApiTokens } from './tables.ts';

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

type NewToken = Omit<Insertable<ApiTokens>, 'id' | 'hash' | 'used' | 'ended'>;

/** Makes a machine's token; what is kept of it opens nothing. */
export async function addToken(trx: Trx, row: NewToken): Promise<{ id: string; token: string }> {
  const [id, token] = [randomUUID(), mint()];
  await trx
    .insertInto('api_tokens')
    .values({ ...row, id, hash: digest(token) })
    .execute();
  return { id, token };
}
