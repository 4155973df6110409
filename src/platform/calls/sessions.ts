import { sql } from 'kysely';
import { type Instant, type Millis, type Money, millis } from '../../protocol/units.ts';
import type { CallKey, Trx } from '../context.ts';
import { Charges } from '../money/charge.ts';
import { price } from '../money/price.ts';
import { learn } from '../numbers/learn.ts';
import type { Session, SettledBy } from './tables.ts';

/**
 * The sessions of some calls and the accounts that pay for them, locked until the transaction is over: sessions always before
 * accounts, and each in one order, so that nobody waits in a circle. What is settled is reckoned one after another and written all together.
 */
export class Sessions {
  readonly #trx: Trx;
  readonly #charges: Charges;
  readonly #sessions: Map<string, Session>;
  readonly #settled = new Set<string>();

  private constructor(trx: Trx, sessions: readonly Session[], charges: Charges) {
    this.#trx = trx;
    this.#charges = charges;
    this.#sessions = new Map(sessions.map((session) => [nameOf(session), session]));
  }

  static async lock(trx: Trx, keys: readonly CallKey[]): Promise<Sessions> {
    const wanted = new Map(
      keys.map(({ facility, terminal, call }) => [nameOf({ facility, terminal, call }), { facility, terminal, call }]),
    );
    const { rows } = await sql<Session>`
      select s.* from jsonb_to_recordset(${JSON.stringify([...wanted.values()])}::jsonb) k(facility text, terminal text, call uuid)
        join sessions s using (facility, terminal, call)
        order by s.facility, s.terminal, s.call for update of s`.execute(trx);
    const paying = rows.map(({ account }) => account);
    return new Sessions(trx, rows, await Charges.lock(trx, paying));
  }

  get(key: CallKey): Session | undefined {
    return this.#sessions.get(nameOf(key));
  }

  /** What the account of a session has beyond its holds; nothing where the call is free. */
  free({ account }: Session): Money {
    return account === null ? (0 as Money) : this.#charges.free(account);
  }

  /**
   * Charges a session for `talk`, as far as it was granted, and releases its hold. Where it was
   * settled before, on the word of an end or by silence, the difference is booked: back to the family in full, or charged as
   * far as the account has it free. What it has not is forgone, for nobody goes below zero.
   */
  settle(session: Session, talk: Millis, by: SettledBy, at: Instant): void {
    const talked = millis(Math.min(talk, session.quota));
    const owed = price(session.rate, talked) - session.charged;
    const { facility, terminal, call, account, held } = session;
    const kind = session.settled_by === null ? 'call' : 'correction';
    const key: CallKey = { facility, terminal, call };
    const taken = account === null ? 0 : this.#charges.charge({ key, account, held, owed, kind, by, at });
    const settled = { settled_by: by, settled_at: at, held: 0 as Money, talked };
    const money = { charged: (session.charged + taken) as Money, forgone: (owed - taken) as Money };
    this.#sessions.set(nameOf(session), { ...session, ...settled, ...money });
    this.#settled.add(nameOf(session));
  }

  /** Writes what was settled. */
  async write(): Promise<void> {
    await this.#charges.book();
    const settled = [...this.#settled].map((name) => this.#sessions.get(name));
    if (settled.length === 0) return;
    await sql`
      update sessions s set settled_by = n.settled_by, settled_at = n.settled_at, held = n.held, talked = n.talked,
          charged = n.charged, forgone = n.forgone
        from jsonb_populate_recordset(null::sessions, ${JSON.stringify(settled)}::jsonb) n
        where s.facility = n.facility and s.terminal = n.terminal and s.call = n.call`.execute(this.#trx);
    await learn(
      this.#trx,
      settled.filter((one) => one !== undefined).filter(({ learns, talked }) => learns === true && talked > 0),
    );
  }
}

/** A name of a call for maps: neither facility nor terminal has a slash. */
export const nameOf = ({ facility, terminal, call }: CallKey): string => `${facility}/${terminal}/${call}`;
