import type { Kysely } from 'kysely';
import { Standing } from '../../protocol/judge.ts';
import { parseLockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import type { Kept } from './kept.ts';

/** What is kept of the orders of `facilities`, by topic. */
export async function readKept(db: Kysely<Schema>, facilities: readonly FacilityId[]): Promise<Map<string, Kept>> {
  if (facilities.length === 0) return new Map();
  const rows = await db.selectFrom('orders').selectAll().where('facility', 'in', facilities).execute();
  return new Map(rows.map(({ topic, jws, standing }) => [topic, { jws, standing: Standing.parse(standing) }]));
}

/** Keeps what stands on `topic`, in place of what was kept before. */
export async function writeKept(db: Kysely<Schema>, topic: string, { jws, standing }: Kept): Promise<void> {
  const facility = parseLockdownTopic(topic)?.facility;
  if (facility === undefined) return;
  const row = { jws, standing: JSON.stringify(standing) };
  await db
    .insertInto('orders')
    .values({ topic, facility, ...row })
    .onConflict((conflict) => conflict.column('topic').doUpdateSet(row))
    .execute();
}
