import { type Kysely, sql } from 'kysely';
import type { BlockScope } from '../../protocol/call.ts';
import type { CallerId, CallId, FacilityId, Instant, PhoneNumber } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { SITE_FILE } from '../facilities/site.ts';
import type { BlockKind } from './tables.ts';

/** What one block in force differs from another by; the index that holds this is for those not lifted. */
export const BLOCK_KEY = sql`facility, pattern, kind, coalesce(caller, '')`;

/** What a called party asked for in a call. */
export interface AskedFor {
  readonly facility: FacilityId;
  readonly number: PhoneNumber;
  readonly caller: CallerId;
  readonly call: CallId;
  /** Whose calls are no longer wanted. */
  readonly scope: BlockScope;
}

/** The called party of a call wants no more calls of its caller, or none from here. */
export async function blockForCalledParty(trx: Trx, asked: AskedFor, at: Instant): Promise<void> {
  const { facility, number, caller, call, scope } = asked;
  await trx
    .insertInto('blocks')
    .values({
      ...{ facility, pattern: number, kind: 'called-party', created: at, created_by: 'called party' },
      caller: scope === 'caller' ? caller : null,
      note: `asked for during call ${call}`,
    })
    .onConflict((c) => c.expression(BLOCK_KEY).where('lifted', 'is', null).doNothing())
    .execute();
}

/** What staff want nobody to call. */
export interface Blocking {
  readonly facility: FacilityId;
  readonly pattern: string;
  readonly kind: Exclude<BlockKind, 'called-party'>;
  readonly note: string;
  /** Whose calls alone it stops; null: everybody's. */
  readonly caller: CallerId | null;
}

/** Blocks for staff. Gives its id; null where the same stands already. */
export async function blockForStaff(
  trx: Trx,
  wanted: Blocking,
  { by, at }: { readonly by: string; readonly at: Instant },
): Promise<number | null> {
  const row = await trx
    .insertInto('blocks')
    .values({ ...wanted, created: at, created_by: by })
    .onConflict((c) => c.expression(BLOCK_KEY).where('lifted', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** What came of the wish to lift a block. */
export type Lifting = 'lifted' | 'unknown' | 'lifted-before' | 'by-site-file';

/** Lifts a block that a called party or staff made; it stays on record with who lifted it and why. One that the site file made ends there. */
export async function liftBlock(
  db: Kysely<Schema>,
  { facility, id }: { readonly facility: FacilityId; readonly id: number },
  { by, why, at }: { readonly by: string; readonly why: string; readonly at: Instant },
): Promise<Lifting> {
  const lifted = await db
    .updateTable('blocks')
    .set({ lifted: at, lifted_by: by, lifted_why: why })
    .where('id', '=', id)
    .where('facility', '=', facility)
    .where('created_by', '<>', SITE_FILE)
    .where('lifted', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (lifted) return 'lifted';
  const block = await db
    .selectFrom('blocks')
    .select('lifted')
    .where('id', '=', id)
    .where('facility', '=', facility)
    .executeTakeFirst();
  if (!block) return 'unknown';
  return block.lifted === null ? 'by-site-file' : 'lifted-before';
}
