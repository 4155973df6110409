import type { Trx } from '../../context.ts';
import { erasePrint } from './prints.ts';
import type { Owner } from './tables.ts';
import type { Deed } from './waivers.ts';

/** He wants it no more: his print is destroyed, and he is not asked again before staff have him asked. False where he has none. */
export const withdraw = (trx: Trx, owner: Owner, { by, why: note, at }: Deed): Promise<boolean> =>
  erasePrint(trx, owner, { why: 'withdrawn', by, note, at });

/** He is asked to enrol at his next call, whatever he said before; a print that he has is destroyed. Whether he had one. */
export async function askAnew(trx: Trx, owner: Owner, { by, why, at }: Deed): Promise<boolean> {
  await trx
    .insertInto('voice_anew')
    .values({ ...owner, by, why, at })
    .onConflict((c) => c.columns(['facility', 'caller']).doUpdateSet({ by, why, at }))
    .execute();
  return erasePrint(trx, owner, { why: 'anew', by, note: why, at });
}
