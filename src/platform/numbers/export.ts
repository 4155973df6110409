import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { asWritten } from '../../protocol/api/pattern.ts';
import { type CallerId, durationText, type FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import type { Site } from '../facilities/site.ts';

type Filed = z.input<typeof Site>;

/** The lists of some callers as a site file has them. */
export async function filedLists(db: Kysely<Schema>, facility: FacilityId, callers: readonly CallerId[]) {
  const rows = await db
    .selectFrom('allowed_numbers')
    .selectAll()
    .where('facility', '=', facility)
    .where('caller', 'in', callers)
    .orderBy('caller')
    .orderBy('number')
    .execute();
  const lists = new Map<CallerId, NonNullable<NonNullable<Filed['callers']>[number]['numbers']>>();
  for (const { caller, number, ...row } of rows) {
    const list = lists.get(caller) ?? [];
    lists.set(caller, list);
    list.push({
      number,
      ...(row.privileged && { privileged: true }),
      ...(row.free && { free: true }),
      ...(row.limit_ms !== null && { limit: durationText(row.limit_ms) }),
      ...(row.digits === 'pass' && { digits: 'pass' }),
      ...(!row.recorded && { recorded: false }),
      ...(row.overrides_block && { overridesBlock: true }),
    });
  }
  return lists;
}

/** What nobody may call, as a site file has it: blocks of one caller's calls alone it cannot say. */
export async function filedBlocks(db: Kysely<Schema>, facility: FacilityId): Promise<NonNullable<Filed['blocks']>> {
  const rows = await db
    .selectFrom('blocks')
    .select(['pattern', 'kind', 'note'])
    .where('facility', '=', facility)
    .where('lifted', 'is', null)
    .where('caller', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(({ pattern, kind, note }) => ({ pattern: asWritten(pattern), kind, ...(note !== null && { note }) }));
}

/** What all may call, as a site file has it. */
export async function filedAllows(db: Kysely<Schema>, facility: FacilityId): Promise<NonNullable<Filed['allows']>> {
  const rows = await db
    .selectFrom('allows')
    .select(['pattern', 'privileged', 'free'])
    .where('facility', '=', facility)
    .orderBy('pattern')
    .execute();
  return rows.map(({ pattern, privileged, free }) => ({
    pattern: asWritten(pattern),
    ...(privileged && { privileged }),
    ...(free && { free }),
  }));
}
