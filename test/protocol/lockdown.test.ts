import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LockdownOrder,
  LockdownScope,
  mostRestrictive,
  NOT_IN_SERVICE,
  OPEN,
} from '../../src/protocol/lockdown.ts';
import { lockdownTopic, parseTerminalTopic, terminalTopic } from '../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId } from '../../src/protocol/units.ts';

const scopes = [
  { kind: 'facility', facility: 'f' },
  { kind: 'unit', facility: 'f', unit: 'u' },
  { kind: 'terminal', facility: 'f', terminal: 't' },
].map((scope) => LockdownScope.parse(scope));

const order: fc.Arbitrary<LockdownOrder> = fc.record({
  scope: fc.constantFrom(...scopes),
  state: fc.constantFrom('open', 'disabled', 'lockdown'),
  mode: fc.constantFrom('drain', 'drop'),
  reason: fc.constant('count'),
  issuer: fc.constant('warden'),
  sequence: fc.integer({ min: 1, max: 9 }),
  since: fc.constant(0 as Instant),
  until: fc.option(fc.integer({ min: 0, max: 100 }).map((n) => n as Instant)),
});
const rank = { open: 0, disabled: 1, lockdown: 2 };

test('no order in force is less restrictive than what is obeyed, and what is obeyed was ordered', () => {
  fc.assert(
    fc.property(fc.array(order, { maxLength: 5 }), fc.integer({ min: 0, max: 100 }), (orders, at) => {
      const now = at as Instant;
      const ended = ({ until }: LockdownOrder) => until !== null && until <= now;
      const obeyed = mostRestrictive(orders, ended);
      const inForce = orders.filter((o) => o.state !== 'open' && (o.until === null || o.until > now));
      for (const o of inForce) expect(rank[obeyed.state]).toBeGreaterThanOrEqual(rank[o.state]);
      if (inForce.length === 0) {
        // Closed without any order; what has run out or opens is an order all the same.
        expect(obeyed).toEqual(orders.length === 0 ? NOT_IN_SERVICE : OPEN);
        return;
      }
      expect(inForce.some((o) => o.state === obeyed.state && o.scope.kind === obeyed.source)).toBe(true);
      expect(obeyed.mode).toBe(inForce.some((o) => o.mode === 'drop') ? 'drop' : 'drain');
      // The order in which they came does not matter.
      const { state, mode } = mostRestrictive([...orders].reverse(), ended);
      expect({ state, mode }).toEqual({ state: obeyed.state, mode: obeyed.mode });
    }),
  );
});

test('each scope has a topic of its own, and a topic tells whose it is', () => {
  expect(scopes.map(lockdownTopic)).toEqual([
    'tierphone/v1/f/lockdown',
    'tierphone/v1/f/units/u/lockdown',
    'tierphone/v1/f/terminals/t/lockdown',
  ]);
  const [facility, terminal] = [FacilityId.parse('f'), TerminalId.parse('t')];
  expect(parseTerminalTopic(terminalTopic(facility, terminal, 'records'))).toEqual({
    facility,
    terminal,
    channel: 'records',
  });
  for (const strange of ['tierphone/v1/f/terminals/t/other', 'tierphone/v1/f/terminals/+/records', 'x', '']) {
    expect(parseTerminalTopic(strange)).toBeNull();
  }
});
