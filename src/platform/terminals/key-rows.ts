import type { Kysely } from 'kysely';
import type { KeyRequest, Revocations } from '../../protocol/key-set.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

type Db = Kysely<Schema>;
type Revoked = Revocations['revoked'];

/** The newest set of a facility, as it was signed; null before there was one. */
export async function readSet(db: Db, facility: FacilityId): Promise<string | null> {
  const row = await db.selectFrom('key_sets').select('jws').where('facility', '=', facility).executeTakeFirst();
  return row?.jws ?? null;
}

/** Keeps a set where it is newer than what is kept; gives what is kept then. */
export async function writeSet(db: Db, facility: FacilityId, sequence: number, jws: string): Promise<string | null> {
  await db
    .insertInto('key_sets')
    .values({ facility, sequence, jws })
    .onConflict((conflict) =>
      conflict.column('facility').doUpdateSet({ sequence, jws }).where('key_sets.sequence', '<', sequence),
    )
    .execute();
  return readSet(db, facility);
}

/** The newest lists of hotlines of a facility: a phone that was away calls by the one before until it has heard. */
export async function readLists(db: Db, facility: FacilityId): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('hotline_lists')
    .select('jws')
    .where('facility', '=', facility)
    .orderBy('sequence', 'desc')
    .limit(2)
    .execute();
  return rows.map(({ jws }) => jws);
}

/** Keeps a list where no other of its sequence is kept; gives the newest. */
export async function writeList(
  db: Db,
  facility: FacilityId,
  sequence: number,
  jws: string,
): Promise<readonly string[]> {
  await db
    .insertInto('hotline_lists')
    .values({ facility, sequence, jws })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return readLists(db, facility);
}

/** Every key that is revoked, in the order in which all platforms sign them. */
export const readRevoked = (db: Db, facility: FacilityId): Promise<Revoked> =>
  db
    .selectFrom('revoked_keys')
    .select(['thumbprint', 'at'])
    .where('facility', '=', facility)
    .orderBy('at')
    .orderBy('thumbprint')
    .execute();

/** Keeps keys as revoked; when, of one that was before, stays. Gives all that are. */
export async function writeRevoked(db: Db, facility: FacilityId, revoked: Revoked): Promise<Revoked> {
  await db
    .insertInto('revoked_keys')
    .values(revoked.map((one) => ({ facility, ...one })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return readRevoked(db, facility);
}

/** Keys that are asked for, the oldest first. */
export async function readAsked(
  db: Db,
  facility: FacilityId,
): Promise<{ request: KeyRequest; at: Instant; thumbprint: string }[]> {
  return db
    .selectFrom('asked_keys')
    .select(['request', 'at', 'thumbprint'])
    .where('facility', '=', facility)
    .orderBy('at')
    .execute();
}

/** Keeps a wish, in place of an earlier one for the same key. */
export async function writeAsked(db: Db, request: KeyRequest, thumbprint: string, at: Instant): Promise<void> {
  const { facility } = request;
  const row = { request: JSON.stringify(request), at };
  await db
    .insertInto('asked_keys')
    .values({ facility, thumbprint, ...row })
    .onConflict((conflict) => conflict.columns(['facility', 'thumbprint']).doUpdateSet(row))
    .execute();
}

/** Forgets wishes for these keys: they are fulfilled, or will not be. */
export async function forgetAsked(db: Db, facility: FacilityId, thumbprints: readonly string[]): Promise<void> {
  if (thumbprints.length === 0) return;
  await db.deleteFrom('asked_keys').where('facility', '=', facility).where('thumbprint', 'in', thumbprints).execute();
}
