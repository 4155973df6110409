import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kept, weigh } from '../../src/platform/terminals/kept.ts';
import { judge, type Standing } from '../../src/protocol/judge.ts';
import { type LockdownOrder, LockdownScope, mostRestrictive } from '../../src/protocol/lockdown.ts';
import { lockdownTopic } from '../../src/protocol/topics.ts';
import type { Instant } from '../../src/protocol/units.ts';

const START = Date.UTC(2026, 10, 1) as Instant;
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;
const NOTHING: Standing = { orders: [], sequences: {} };
const HISTORIES = Number(process.env.TIERPHONE_HISTORIES ?? 100_000);

const scope = LockdownScope.parse({ kind: 'facility', facility: 'county' });
const topic = lockdownTopic(scope);
const never = () => false;
const isClosed = ({ orders }: Standing): boolean => mostRestrictive(orders, never).state !== 'open';

/** Issuers and how far their clocks are off, ms: the last is off by a year. */
const CLOCKS = { warden: 0, deputy: -4 * MINUTE, nurse: 5 * MINUTE, broken: YEAR } as const;
type Issuer = keyof typeof CLOCKS;
const ISSUERS = Object.keys(CLOCKS) as Issuer[];

type Move =
  | { readonly do: 'give'; readonly issuer: Issuer; readonly state: LockdownOrder['state'] }
  /** Whoever has the broker hands the phone one of all that were ever given: late, twice, or never. */
  | { readonly do: 'deliver'; readonly which: number }
  /** Somebody writes one of them where the order stands, or what is none, or clears it. */
  | { readonly do: 'write'; readonly which: number | 'nonsense' | 'nothing' }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'new phone' }
  /** The platform falls, and gets up again with what it kept. */
  | { readonly do: 'platform'; readonly up: boolean };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      issuer: fc.constantFrom(...ISSUERS),
      state: fc.constantFrom('open', 'disabled', 'lockdown'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), which: fc.nat(30) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      which: fc.oneof(fc.nat(30), fc.constantFrom('nonsense' as const, 'nothing' as const)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'new phone' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('platform' as const), up: fc.boolean() }) },
);

/** `expect` costs more than all the rest of a history. */
function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

/** Who is given orders, and what he makes of them: a phone, or the platform that keeps them. */
class Party {
  standing = NOTHING;
  /** What closed it and was not opened since, kept by other means than its own. */
  #closings: LockdownOrder[] = [];

  /** Checks what the judge made of an order. */
  take(order: LockdownOrder, now: Instant, standing: Standing | null): void {
    const before = isClosed(this.standing);
    const last = this.standing.sequences[`${order.issuer} facility:county`] ?? 0;
    if (standing) this.standing = standing;
    const after = isClosed(this.standing);
    const fresh = order.sequence > last;
    const near = order.since <= now + 10 * MINUTE && order.sequence <= now + 10 * MINUTE;
    if (order.state !== 'open') {
      // No valid order that closes is disobeyed, whatever others have ordered and when.
      if (fresh && near) {
        must(after, 'closed by a valid order');
        this.#closings = [...this.#closings.filter(({ issuer }) => issuer !== order.issuer), order];
      }
      if (before) must(after, 'nothing that closes opens');
    } else if (before && !after) {
      // Closed stays closed but for an order that is newer than all that closed it.
      must(fresh && near, 'opened by a new order');
      for (const closing of this.#closings)
        if (closing.issuer === order.issuer) must(order.sequence > closing.sequence, 'newer than his own last');
        else must(order.since > closing.since, 'newer than what others closed');
      this.#closings = [];
    }
  }
}

const NONSENSE = new Error('not signed');

/** One phone, the platform, their staff, and a broker that is somebody else's. */
class History {
  now = START as number;
  given: LockdownOrder[] = [];
  phone = new Party();
  readonly #platform = new Party();
  #isUp = true;
  #kept: Kept | null = null;
  /** What stands at the broker: the number of one that was given, or what is none. */
  #stands: string | null = null;
  readonly #sequences = new Map<string, number>();

  give(issuer: Issuer, state: LockdownOrder['state']): LockdownOrder {
    const at = this.now + CLOCKS[issuer];
    const sequence = Math.max((this.#sequences.get(issuer) ?? 0) + 1, at);
    this.#sequences.set(issuer, sequence);
    const order: LockdownOrder = {
      ...{ scope, state, mode: 'drop', reason: 'count', issuer, sequence },
      ...{ since: at as Instant, until: null },
    };
    this.given.push(order);
    return order;
  }

  deliver(order: LockdownOrder): void {
    const now = this.now as Instant;
    const verdict = judge(this.phone.standing, order, topic, now);
    this.phone.take(order, now, verdict.result === 'obeyed' ? verdict.standing : null);
  }

  /** Somebody writes where the order stands; the platform makes it right where it is up. */
  write(what: string | null): void {
    this.#stands = what;
    if (this.#isUp) this.#look();
  }

  platform(up: boolean): void {
    this.#isUp = up;
    if (up) this.#look();
  }

  #look(): void {
    const now = this.now as Instant;
    const order = this.#written(this.#stands);
    if (this.#stands !== null && order) {
      const believed = order instanceof Error ? order : { order, keyUntil: null };
      const finding = weigh(this.#kept, this.#stands, believed, topic, now);
      if (finding.result === 'newer') this.#kept = finding.kept;
      if (!(order instanceof Error))
        this.#platform.take(order, now, finding.result === 'newer' ? finding.kept.standing : null);
    }
    this.#stands = this.#kept?.jws ?? null;
    this.#newPhoneIsSafe();
  }

  /** What a phone finds that comes new is closed where what was ordered is, whoever wrote there. */
  #newPhoneIsSafe(): void {
    const order = this.#written(this.#stands);
    if (order instanceof Error || order === null) {
      must(this.#kept === null, 'the last order stands');
      return;
    }
    const verdict = judge(NOTHING, order, topic, this.now as Instant);
    must(verdict.result === 'obeyed', 'what stands is obeyed');
    must(isClosed(verdict.standing) === isClosed(this.#platform.standing), 'a new phone is as closed as was ordered');
  }

  #written(text: string | null): LockdownOrder | Error | null {
    return text === null ? null : (this.given[Number(text)] ?? NONSENSE);
  }
}

describe('orders, whoever has the broker', () => {
  it(`hold in ${HISTORIES} histories of issuers, clocks, replays, withheld orders, new phones and what stands at the broker`, () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 4, maxLength: 24 }), (moves) => {
        const history = new History();
        for (const one of moves) {
          if (one.do === 'give') history.give(one.issuer, one.state);
          else if (one.do === 'wait') history.now += one.minutes * MINUTE;
          else if (one.do === 'new phone') history.phone = new Party();
          else if (one.do === 'platform') history.platform(one.up);
          else if (one.do === 'write' && one.which === 'nothing') history.write(null);
          else if (one.do === 'write' && one.which === 'nonsense') history.write('nonsense');
          else {
            const which = Number(one.which) % Math.max(1, history.given.length);
            const order = history.given[which];
            if (order && one.do === 'write') history.write(String(which));
            else if (order) history.deliver(order);
          }
        }
        // Nobody's clock disarms the others: a quarter of an hour later any of them opens what stands.
        history.now += 15 * MINUTE;
        history.deliver(history.give('deputy', 'open'));
        must(!isClosed(history.phone.standing), 'opened by anybody a quarter of an hour later');
        history.deliver(history.give('warden', 'lockdown'));
        must(isClosed(history.phone.standing), 'closed by anybody');
      }),
      { numRuns: HISTORIES },
    );
  }, 300_000);

  it('are not held against a clock that was never set: a Pi without a network starts in 1970', () => {
    const history = new History();
    const order = history.give('warden', 'lockdown');
    const verdict = judge(NOTHING, order, topic, 1_000 as Instant);
    expect(verdict.result).toBe('obeyed');
  });

  it('that are dated more than ten minutes ahead are refused by name of the fault', () => {
    const history = new History();
    const verdict = judge(NOTHING, history.give('broken', 'lockdown'), topic, START);
    expect(verdict).toMatchObject({
      result: 'refused',
      reason: expect.stringMatching(/525600 minutes from now: are the clocks right/),
    });
  });

  it('that open what is closed count no more when the time of their key was up before they came: it may be an old key dated back', () => {
    const history = new History();
    const closed = judge(NOTHING, history.give('warden', 'lockdown'), topic, START);
    if (closed.result !== 'obeyed') throw new Error('not closed');
    history.now += MINUTE;
    const open = history.give('warden', 'open');
    const until = history.now as Instant;
    const at = (minutes: number, standing: Standing) =>
      judge(standing, open, topic, (until + minutes * MINUTE) as Instant, until);
    expect(at(10, closed.standing).result).toBe('obeyed');
    expect(at(11, closed.standing)).toEqual({
      result: 'refused',
      reason: 'came after the time of the key of warden was up: order it anew',
    });
    // A phone that comes new is handed what was ordered when the key was good; what closes is obeyed whenever it comes.
    expect(at(11, NOTHING).result).toBe('obeyed');
    const again = history.give('warden', 'disabled');
    expect(judge(closed.standing, again, topic, (until + 11 * MINUTE) as Instant, until).result).toBe('obeyed');
  });
});
