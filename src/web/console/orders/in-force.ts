import { computed } from '@preact/signals';
import type { Lockdown } from '../../../protocol/lockdown.ts';
import { allRows, closures } from '../live/phones.ts';

export interface InForce {
  readonly lockdown: Lockdown;
  /** Where it comes from: the unit where it is of one, the phone where it is of one. */
  readonly where: string | null;
  readonly phones: number;
}

/** What phones obey now, by where it comes from: as they say themselves, not as it was ordered. */
export const inForce = computed((): readonly InForce[] => {
  closures.value;
  const found = new Map<string, { lockdown: Lockdown; where: string | null; phones: number }>();
  for (const row of allRows()) {
    const { unit, terminal, lockdown } = row.peek().phone;
    if (lockdown === null || lockdown.state === 'open' || lockdown.source === null) continue;
    const where = { facility: null, unit, terminal }[lockdown.source];
    const key = JSON.stringify([lockdown, where]);
    const one = found.get(key) ?? { lockdown, where, phones: 0 };
    found.set(key, one);
    one.phones += 1;
  }
  return [...found.values()].sort((a, b) => b.phones - a.phones);
});
