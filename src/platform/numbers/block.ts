import type { CallRecord } from '../../protocol/call.ts';
import type { Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';

/** The called party of a call wants no more calls from here. */
export async function blockForCalledParty(
  trx: Trx,
  { facility, number, call }: CallRecord,
  at: Instant,
): Promise<void> {
  if (number === null) return;
  await trx
    .insertInto('blocks')
    .values({
      ...{ facility, pattern: number, kind: 'called-party', created: at, created_by: 'called party' },
      note: `asked for during call ${call}`,
    })
    .onConflict((c) => c.columns(['facility', 'pattern', 'kind']).doNothing())
    .execute();
}
