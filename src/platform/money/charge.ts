import type { Instant, Money } from '../../protocol/units.ts';
import type { CallKey, Trx } from '../context.ts';
import { lockFree } from './account.ts';

/** What is owed for a call. */
export interface Owed {
  readonly key: CallKey;
  readonly account: string;
  /** What the call holds of the account: released. */
  readonly held: Money;
  /** Negative: given back. */
  readonly owed: number;
  /** The first charge of a call, or what a later word on it changes: one of each. */
  readonly kind: 'call' | 'correction';
  /** On whose word. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * Books what is owed for a call and releases its hold, within `trx`. Gives what was really taken: given back in full, or charged as far as
 * the account has it free, for nobody goes below zero.
 */
export async function charge(trx: Trx, { key, account, held, owed, kind, by, at }: Owed): Promise<number> {
  const free = await lockFree(trx, account);
  const taken = Math.min(owed, free + held);
  await trx
    .updateTable('accounts')
    .set((eb) => ({ balance: eb('balance', '-', taken as Money), held: eb('held', '-', held) }))
    .where('id', '=', account)
    .execute();
  if (taken === 0) return taken;
  const [from_account, to_account] = taken > 0 ? [account, 'revenue'] : ['revenue', account];
  const { facility, terminal, call } = key;
  const amount = Math.abs(taken) as Money;
  await trx
    .insertInto('transfers')
    .values({
      ...{ at, kind, reference: `${kind}:${facility}/${terminal}/${call}`, terminal, call },
      ...{ from_account, to_account, amount, made_by: by },
    })
    .execute();
  return taken;
}
