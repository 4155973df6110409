import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixedAuthority } from '../../../src/protocol/authority.ts';
import { type LockdownOrder, LockdownScope } from '../../../src/protocol/lockdown.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { lockdownTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { openOrders } from '../../../src/terminal/fleet/orders.ts';
import { orderKey, publicOf } from './phone.ts';

const START = Date.UTC(2026, 10, 1) as Instant;
const scope = LockdownScope.parse({ kind: 'facility', facility: 'county' });

describe('the time of an order', () => {
  const HOUR = 3_600_000;

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
        now: () => clock.wall as Instant,
        monotonic: () => clock.monotonic,
        log: pino({ level: 'silent' }),
      },
      {
        topics: [],
        authority: fixedAuthority({ keys: [publicOf(key)] }),
        isKnown: true,
        told: null,
        receive: async () => false,
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
