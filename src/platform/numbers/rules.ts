import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { NumberRules } from '../../protocol/api/numbers.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';

type Rules = z.infer<typeof NumberRules>;

/** How lists are filled beside by staff; a facility where nothing was said of it lets callers do nothing. */
export async function rulesOf(db: Kysely<Schema>, facility: FacilityId): Promise<Rules> {
  const query = db.selectFrom('number_rules').select(['wishes', 'learns']).where('facility', '=', facility);
  return (await query.executeTakeFirst()) ?? { wishes: false, learns: 0 };
}

/** From the next call on. */
export async function setRules(trx: Trx, facility: FacilityId, rules: Rules): Promise<void> {
  await trx
    .insertInto('number_rules')
    .values({ facility, ...rules })
    .onConflict((c) => c.column('facility').doUpdateSet(rules))
    .execute();
}
