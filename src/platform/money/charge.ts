import { sql } from 'kysely';
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

interface Movement {
  readonly at: Instant;
  readonly kind: Owed['kind'];
  readonly reference: string;
  readonly terminal: string;
  readonly call: string;
  readonly from_account: string;
  readonly to_account: string;
  readonly amount: number;
  readonly made_by: string;
}

/** Charges of calls to some accounts, which are locked until the transaction is over: reckoned one after another, booked all together. */
export class Charges {
  readonly #trx: Trx;
  readonly #free: Map<string, Money>;
  readonly #changes = new Map<string, { taken: number; released: number }>();
  readonly #movements: Movement[] = [];

  private constructor(trx: Trx, free: Map<string, Money>) {
    this.#trx = trx;
    this.#free = free;
  }

  static async lock(trx: Trx, accounts: readonly (string | null)[]): Promise<Charges> {
    const paying = new Set(accounts.filter((account) => account !== null));
    return new Charges(trx, await lockFree(trx, [...paying]));
  }

  /** What an account has beyond its holds, after what was reckoned so far. */
  free(account: string): Money {
    const free = this.#free.get(account);
    if (free === undefined) throw new Error(`account ${account} is not locked`);
    return free;
  }

  /**
   * Reckons what is owed for a call and releases its hold. Gives what is really taken: given back in full, or charged as far as
   * the account has it free, for nobody goes below zero.
   */
  charge({ key: { facility, terminal, call }, account, held, owed, kind, by, at }: Owed): number {
    const free = this.free(account) + held;
    const taken = Math.min(owed, free);
    this.#free.set(account, (free - taken) as Money);
    const change = this.#changes.get(account) ?? { taken: 0, released: 0 };
    this.#changes.set(account, { taken: change.taken + taken, released: change.released + held });
    if (taken === 0) return taken;
    const [from_account, to_account] = taken > 0 ? [account, 'revenue'] : ['revenue', account];
    const reference = `${kind}:${facility}/${terminal}/${call}`;
    const amount = Math.abs(taken);
    this.#movements.push({ at, kind, reference, terminal, call, from_account, to_account, amount, made_by: by });
    return taken;
  }

  /** Writes what was reckoned. */
  async book(): Promise<void> {
    const changes = [...this.#changes].map(([id, change]) => ({ id, ...change }));
    if (changes.length > 0)
      await sql`
        update accounts a set balance = a.balance - c.taken, held = a.held - c.released
          from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) c(id text, taken bigint, released bigint)
          where a.id = c.id`.execute(this.#trx);
    if (this.#movements.length > 0)
      await sql`
        insert into transfers (at, kind, reference, terminal, call, from_account, to_account, amount, made_by)
          select at, kind, reference, terminal, call, from_account, to_account, amount, made_by
          from jsonb_populate_recordset(null::transfers, ${JSON.stringify(this.#movements)}::jsonb)`.execute(this.#trx);
    this.#changes.clear();
    this.#movements.length = 0;
  }
}
