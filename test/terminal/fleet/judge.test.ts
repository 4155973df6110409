import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LockdownOrder, LockdownScope, mostRestrictive } from '../../../src/protocol/lockdown.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { lockdownTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { judge, type Standing } from '../../../src/terminal/fleet/judge.ts';
import { openOrders } from '../../../src/terminal/fleet/orders.ts';
import { orderKey, publicOf } from './phone.ts';

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
  /** Whoever has the broker hands over one of all that were ever given: late, twice, or never. */
  | { readonly do: 'deliver'; readonly which: number }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'new phone' };

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
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'new phone' as const }) },
);

/** One phone, its staff, and a broker that is somebody else's. */
class History {
  now = START as number;
  given: LockdownOrder[] = [];
  standing = NOTHING;
  /** What closed this phone and was not opened since, kept by other means than the phone's own. */
  closings: LockdownOrder[] = [];
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
    const before = isClosed(this.standing);
    const last = this.standing.sequences[`${order.issuer} facility:county`] ?? 0;
    const verdict = judge(this.standing, order, topic, this.now as Instant);
    if (verdict.result === 'obeyed') this.standing = verdict.standing;
    const after = isClosed(this.standing);
    const fresh = order.sequence > last;
    const near = order.since <= this.now + 10 * MINUTE && order.sequence <= this.now + 10 * MINUTE;
    if (order.state !== 'open') {
      // No valid order that closes is disobeyed, whatever others have ordered and when.
      if (fresh && near) {
        expect(after).toBe(true);
        this.closings = [...this.closings.filter(({ issuer }) => issuer !== order.issuer), order];
      }
      if (before) expect(after).toBe(true);
      return;
    }
    if (before && !after) {
      // Closed stays closed but for an order that is newer than all that closed it.
      expect(fresh && near).toBe(true);
      for (const closing of this.closings)
        if (closing.issuer === order.issuer) expect(order.sequence).toBeGreaterThan(closing.sequence);
        else expect(order.since).toBeGreaterThan(closing.since);
      this.closings = [];
    }
  }

  newPhone(): void {
    this.standing = NOTHING;
    this.closings = [];
    expect(isClosed(this.standing)).toBe(true);
  }
}

describe('orders, whoever has the broker', () => {
  it(`hold in ${HISTORIES} histories of issuers, clocks, replays, withheld orders and new phones`, () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 4, maxLength: 24 }), (moves) => {
        const history = new History();
        for (const one of moves) {
          if (one.do === 'give') history.give(one.issuer, one.state);
          else if (one.do === 'wait') history.now += one.minutes * MINUTE;
          else if (one.do === 'new phone') history.newPhone();
          else {
            const order = history.given[one.which % Math.max(1, history.given.length)];
            if (order) history.deliver(order);
          }
        }
        // Nobody's clock disarms the others: a quarter of an hour later any of them opens what stands.
        history.now += 15 * MINUTE;
        history.deliver(history.give('deputy', 'open'));
        expect(isClosed(history.standing)).toBe(false);
        history.deliver(history.give('warden', 'lockdown'));
        expect(isClosed(history.standing)).toBe(true);
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
});

describe('the time of an order', () => {
  const HOUR = 60 * MINUTE;

  it.each([
    ['set forward by a day', 24 * HOUR, 0, 'lockdown'],
    ['set back by a day', -24 * HOUR, 2 * HOUR, 'lockdown'],
    ['set by nobody, before its end', HOUR - 1, HOUR - 1, 'lockdown'],
    ['set by nobody, at its end', HOUR, HOUR, 'open'],
  ] as const)('is not cut short by a clock that is %s', async (_, wall, monotonic, state) => {
    const folder = mkdtempSync(join(tmpdir(), 'orders-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const key = await orderKey('warden');
    const clock = { wall: START as number, monotonic: 5_000 };
    const orders = await openOrders(
      {
        ...{ facility: FacilityId.parse('county'), unit: UnitId.parse('A'), terminal: TerminalId.parse('A-1'), folder },
        keys: { orders: { keys: [publicOf(key)] }, platform: { sealing: null as never, replies: [] } },
        now: () => clock.wall as Instant,
        monotonic: () => clock.monotonic,
        log: pino({ level: 'silent' }),
      },
      () => undefined,
    );
    onTestFinished(() => orders.close());
    const order = (change: object) =>
      ({
        scope,
        mode: 'drop',
        reason: 'count',
        issuer: 'warden',
        since: START,
        until: null,
        ...change,
      }) as LockdownOrder;
    const receive = async (change: object) => {
      const given = order(change);
      await orders.receive(lockdownTopic(given.scope), Buffer.from(await signOrder(given, key)));
    };
    expect(orders.lockdown).toMatchObject({ state: 'disabled', source: null });
    await receive({ state: 'open', sequence: 1 });
    await receive({ state: 'lockdown', sequence: 2, until: START + HOUR });
    clock.wall += wall;
    clock.monotonic += monotonic;
    // Whatever comes next makes it look at its clocks.
    const unit = { kind: 'unit', facility: 'county', unit: 'A' };
    await receive({ state: 'open', sequence: 3, scope: unit, since: clock.wall });
    expect(orders.lockdown.state).toBe(state);
  });
});
