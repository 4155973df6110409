import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { beforeAll, expect, it } from 'vitest';
import { type Reach, Revocations, signKeySet, signRevocations } from '../../../src/protocol/key-set.ts';
import type { OrderPrivateKey } from '../../../src/protocol/keys.ts';
import { LockdownOrder, type LockdownScope, lockdownName } from '../../../src/protocol/lockdown.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { keySetTopic, lockdownScopes, lockdownTopic, revocationsTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { openKeys } from '../../../src/terminal/fleet/keys.ts';
import { openOrders } from '../../../src/terminal/fleet/orders.ts';
import { OrderRefused } from '../../../src/terminal/fleet/refused.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { ALL, rootKey, setOf, thumbprintOf, WHOLE } from '../../protocol/keys-of-county.ts';
import { orderKey } from './phone.ts';

const RUNS = Number(process.env.TIERPHONE_INTERLEAVINGS ?? 150);
const START = Date.UTC(2026, 10, 1);
const place = { facility: FacilityId.parse('county'), unit: UnitId.parse('A'), terminal: TerminalId.parse('A-1') };
const SCOPES = lockdownScopes(place.facility, place.unit, place.terminal);
const ISSUERS = ['warden', 'deputy', 'captain'] as const;
type Issuer = (typeof ISSUERS)[number];

/** What each set lets each issuer order; the captain may everything in all of them. */
const SETS: readonly Partial<Record<Issuer, readonly Reach[]>>[] = [
  { warden: [WHOLE] },
  { warden: [WHOLE], deputy: [{ kind: 'unit', unit: place.unit }] },
  { deputy: [{ kind: 'terminal', terminal: place.terminal }] },
  { warden: [{ kind: 'unit', unit: UnitId.parse('B') }], deputy: [WHOLE] },
];

interface Message {
  readonly topic: string;
  readonly text: string;
  /** What a phone learns of it, where it is to be believed at all. */
  readonly is:
    | { readonly kind: 'set'; readonly sequence: number }
    | { readonly kind: 'revoked'; readonly issuers: readonly Issuer[] }
    | { readonly kind: 'order'; readonly order: LockdownOrder }
    | { readonly kind: 'forged' };
}

let pool: Message[];
let last: { sets: Message[]; orders: (state: readonly boolean[]) => Message[] };
let keysOf: {
  readonly root: Awaited<ReturnType<typeof rootKey>>;
  readonly platform: Awaited<ReturnType<typeof makePlatformKeys>>;
};

beforeAll(async () => {
  const keys = new Map<Issuer, OrderPrivateKey>();
  for (const issuer of ISSUERS) keys.set(issuer, await orderKey(issuer));
  const keyOf = (issuer: Issuer) => keys.get(issuer) as OrderPrivateKey;
  keysOf = { root: await rootKey(), platform: await makePlatformKeys() };
  const thief = { root: (await rootKey()).root, warden: await orderKey('warden') };
  const set = async (n: number, root = keysOf.root.root): Promise<Message> => {
    const members = Object.entries(SETS[n] ?? {}).map(([issuer, over]) => {
      const may = over.map((reach) => ({ to: 'orders' as const, over: reach }));
      return [keyOf(issuer as Issuer), may] as const;
    });
    const content = setOf('county', n + 1, [[keyOf('captain'), ALL], ...members]);
    const is = root === thief.root ? ({ kind: 'forged' } as const) : ({ kind: 'set', sequence: n + 1 } as const);
    return { topic: keySetTopic(place.facility), text: await signKeySet(content, root), is };
  };
  const revoked = async (...issuers: Issuer[]): Promise<Message> => {
    const thumbprints = await Promise.all(issuers.map((issuer) => thumbprintOf(keyOf(issuer))));
    const list = { facility: 'county', sequence: 1, revoked: thumbprints.map((thumbprint) => ({ thumbprint, at: 1 })) };
    const text = await signRevocations(Revocations.parse(list), keysOf.platform.own.replies);
    return { topic: revocationsTopic(place.facility), text, is: { kind: 'revoked', issuers } };
  };
  let minute = 0;
  const order = async (scope: LockdownScope, issuer: Issuer, state: LockdownOrder['state'], key = keyOf(issuer)) => {
    minute += 1;
    const at = START + minute;
    const given = LockdownOrder.parse({
      ...{ scope, state, mode: 'drain', reason: 'count', issuer, sequence: at, since: at, until: null },
    });
    const is = key === thief.warden ? ({ kind: 'forged' } as const) : ({ kind: 'order', order: given } as const);
    return { topic: lockdownTopic(scope), text: await signOrder(given, key), is } satisfies Message;
  };
  pool = [await set(3, thief.root), await revoked('warden'), await revoked('deputy')];
  for (const n of SETS.keys()) pool.push(await set(n));
  for (const scope of SCOPES)
    for (const issuer of ISSUERS)
      for (const state of ['open', 'lockdown', 'open'] as const) pool.push(await order(scope, issuer, state));
  for (const scope of SCOPES) pool.push(await order(scope, 'warden', 'open', thief.warden));
  for (const { topic } of [...pool.slice(0, 3), ...pool.slice(-3)])
    pool.push({ topic, text: '', is: { kind: 'forged' } });
  const ends = await Promise.all(
    SCOPES.map(
      async (scope) => [await order(scope, 'captain', 'lockdown'), await order(scope, 'captain', 'open')] as const,
    ),
  );
  last = {
    sets: [await set(SETS.length - 1), await revoked('deputy', 'warden')],
    orders: (open) => ends.map(([closes, opens], n) => (open[n] ? opens : closes)),
  };
});

/** A phone with no broker, and what it may believe at each moment. */
async function phone() {
  const folder = await mkdtemp(join(tmpdir(), 'interleaving-'));
  const options = {
    ...{ ...place, folder, now: () => (START + 3_600_000) as Instant, log: pino({ level: 'silent' }) },
    keys: { root: keysOf.root.known, platform: keysOf.platform.known },
  };
  const open = async () => {
    const keys = await openKeys(options);
    return { keys, orders: await openOrders(options, keys, () => undefined) };
  };
  let parts = await open();
  let sequence = 0;
  const revoked = new Set<Issuer>();
  const orders = new Map<string, LockdownOrder>();
  const mayOrder = (issuer: Issuer, scope: LockdownScope): boolean => {
    if (revoked.has(issuer) || sequence === 0) return false;
    if (issuer === 'captain') return true;
    const reach = SETS[sequence - 1]?.[issuer] ?? [];
    return reach.some(
      (over) =>
        over.kind === 'facility' ||
        (over.kind === 'unit' && over.unit === place.unit && scope.kind !== 'facility') ||
        (over.kind === 'terminal' && scope.kind === 'terminal'),
    );
  };
  return {
    lockdown: () => parts.orders.lockdown,
    async restart() {
      const before = parts.orders.lockdown;
      parts.orders.close();
      parts = await open();
      expect(parts.orders.lockdown).toEqual(before);
    },
    async take({ topic, text, is }: Message) {
      if (is.kind === 'set') sequence = Math.max(sequence, is.sequence);
      if (is.kind === 'revoked') for (const issuer of is.issuers) revoked.add(issuer);
      if (is.kind === 'order')
        orders.set(`${is.order.issuer} ${lockdownName(is.order.scope)} ${is.order.sequence}`, is.order);
      const before = { ...parts.orders.sequences };
      const bytes = Buffer.from(text);
      const taken = parts.keys.topics.includes(topic)
        ? parts.keys.receive(topic, bytes).then(async (news) => {
            if (news) await parts.orders.keysChanged();
          })
        : parts.orders.receive(topic, bytes);
      await taken.catch((error: unknown) => {
        if (!(error instanceof OrderRefused)) throw error;
      });
      for (const [source, obeyed] of Object.entries(parts.orders.sequences)) {
        if (before[source] === obeyed) continue;
        const order = orders.get(`${source} ${obeyed}`);
        if (!order || !mayOrder(order.issuer as Issuer, order.scope))
          throw new Error(`obeyed what it must not: ${source}`);
      }
      if (sequence === 0 && parts.orders.lockdown.state === 'open') throw new Error('open before a set has come');
    },
    async remove() {
      parts.orders.close();
      await rm(folder, { recursive: true });
    },
  };
}

it(`whatever comes in whatever order, a phone obeys only whom the newest set lets, and ends as what came last says: ${RUNS} histories`, async () => {
  const history = fc.record({
    which: fc.array(fc.nat(), { maxLength: 25 }),
    again: fc.array(fc.nat(), { maxLength: 25 }),
    restarts: fc.array(fc.nat(24), { maxLength: 2 }),
    open: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    turn: fc.nat(4),
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ which, again, restarts, open, turn }) => {
      const end = [...last.sets, ...last.orders(open)];
      const states: string[] = [];
      // What stands comes in any order as well, an order before the set that lets it.
      for (const [numbers, ending] of [
        [which, end],
        [again, [...end.slice(turn), ...end.slice(0, turn)]],
      ] as const) {
        // biome-ignore format: one line
        const one = await phone();
        for (const [n, number] of numbers.entries()) {
          await one.take(pool[number % pool.length] as Message);
          if (restarts.includes(n)) await one.restart();
        }
        for (const message of ending) await one.take(message);
        await one.restart();
        states.push(one.lockdown().state);
        await one.remove();
      }
      const wanted = open.every(Boolean) ? 'open' : 'lockdown';
      expect(states).toEqual([wanted, wanted]);
    }),
    { numRuns: RUNS },
  );
}, 300_000);
