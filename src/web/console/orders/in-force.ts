import { computed, effect, signal } from '@preact/signals';
import type { z } from 'zod';
import type { Waiting } from '../../../protocol/api/approvals.ts';
import { StandingOrders } from '../../../protocol/api/orders.ts';
import type { Lockdown, LockdownScope } from '../../../protocol/lockdown.ts';
import type { FacilityId, Instant } from '../../../protocol/units.ts';
import { here, may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { allRows, closures } from '../live/phones.ts';
import { given } from './give.ts';

/** What stands is asked for so long after phones have begun to obey something else, ms, and as often in any case. */
const SETTLED_MS = 400;
const EVERY_MS = 10_000;

/** An order that stands, as the platform keeps it. */
export type Stands = Omit<z.output<typeof StandingOrders>['items'][number], 'since' | 'until'> & {
  readonly since: Instant;
  readonly until: Instant | null;
};

const standing = signal<readonly Stands[]>([]);
/** What waits for a second person. */
export const waiting = signal<readonly Waiting[]>([]);
/** Grows when what stands is to be asked for at once. */
export const asked = signal(0);

/** What was ordered closed and stands, the widest first. */
export const ordered = computed(() =>
  standing.value.filter(({ state }) => state !== 'open').sort((a, b) => WIDTH[a.scope.kind] - WIDTH[b.scope.kind]),
);
const WIDTH = { facility: 0, unit: 1, terminal: 2 } as const;

/** The order by which the whole facility is open; null before there is one. */
export const openedBy = computed(
  () => standing.value.find(({ state, scope }) => state === 'open' && scope.kind === 'facility') ?? null,
);

/** What phones obey that no order says which stands, by where it comes from: as they say themselves. */
export interface Unordered {
  readonly lockdown: Lockdown;
  /** Where it comes from: the unit where it is of one, the phone where it is of one. */
  readonly where: string | null;
  readonly phones: number;
}

export const unordered = computed((): readonly Unordered[] => {
  closures.value;
  const known = new Set(ordered.value.map(({ scope, reason }) => JSON.stringify([scope.kind, whereOf(scope), reason])));
  const found = new Map<string, { lockdown: Lockdown; where: string | null; phones: number }>();
  for (const row of allRows()) {
    const { unit, terminal, lockdown } = row.peek().phone;
    if (lockdown === null || lockdown.state === 'open' || lockdown.source === null) continue;
    const where = { facility: null, unit, terminal }[lockdown.source];
    if (known.has(JSON.stringify([lockdown.source, where, lockdown.reason]))) continue;
    const key = JSON.stringify([lockdown, where]);
    const one = found.get(key) ?? { lockdown, where, phones: 0 };
    found.set(key, one);
    one.phones += 1;
  }
  return [...found.values()].sort((a, b) => b.phones - a.phones);
});

function whereOf(scope: LockdownScope): string | null {
  switch (scope.kind) {
    case 'facility':
      return null;
    case 'unit':
      return scope.unit;
    case 'terminal':
      return scope.terminal;
  }
}

/** Asks what stands now and whenever phones obey something else, until the function that is given back is called. */
export function followOrders(): () => void {
  const facility = here.peek()?.facility ?? null;
  let timer: number | undefined;
  let soon = false;
  let followed = true;
  const look = async (): Promise<void> => {
    soon = false;
    const stands = await read(facility);
    if (!followed) return;
    if (stands) [standing.value, waiting.value] = stands;
    if (!soon) timer = window.setTimeout(look, EVERY_MS);
  };
  const stop = effect(() => {
    closures.value;
    given.value;
    asked.value;
    if (soon) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(look, timer === undefined ? 0 : SETTLED_MS);
    soon = true;
  });
  return () => {
    followed = false;
    stop();
    window.clearTimeout(timer);
    standing.value = [];
    waiting.value = [];
  };
}

/** What stands; null where it cannot be asked for, which the page says anyway: what was known stays. */
async function read(facility: FacilityId | null): Promise<readonly [readonly Stands[], readonly Waiting[]] | null> {
  if (facility === null || !may('live.read')) return null;
  const answer = await ask('GET', `/facilities/${facility}/orders`, StandingOrders).catch(() => null);
  if (answer === null) return null;
  const stands = answer.items.map(({ since, until, ...order }) => ({
    ...order,
    since: Date.parse(since) as Instant,
    until: until === null ? null : (Date.parse(until) as Instant),
  }));
  return [stands, answer.waiting];
}
