import { type LockdownOrder, lockdownName } from '../../../protocol/lockdown.ts';
import { allRows, tick } from '../live/phones.ts';
import { refusals } from './refusals.ts';
import { under } from './scope.ts';

/** A refusal counts for an order where it came after it; clocks may differ by so much, ms. */
const CLOCKS_MS = 2_000;

export interface Obedience {
  /** Phones that the order is for. */
  readonly of: number;
  readonly obeyed: number;
  /** By name: those that have not said anything yet, those that refused and why, those that do not answer. */
  readonly waiting: readonly string[];
  readonly refused: readonly { readonly terminal: string; readonly reason: string }[];
  readonly silent: readonly string[];
}

/** How the phones that `order` is for have taken it, by what each says of the last order it obeyed. */
export function obedienceTo(order: Pick<LockdownOrder, 'issuer' | 'scope' | 'sequence' | 'since'>): Obedience {
  tick.value;
  const name = `${order.issuer} ${lockdownName(order.scope)}`;
  const told = { of: 0, obeyed: 0, waiting: [] as string[], silent: [] as string[] };
  const refused: { terminal: string; reason: string }[] = [];
  for (const row of allRows()) {
    const { phone } = row.peek();
    if (!under(order.scope, phone)) continue;
    told.of += 1;
    const refusal = refusals.value.get(phone.terminal);
    if ((phone.orders[name] ?? 0) >= order.sequence) told.obeyed += 1;
    else if (phone.online !== true) told.silent.push(phone.terminal);
    else if (refusal && refusal.at >= order.since - CLOCKS_MS)
      refused.push({ terminal: phone.terminal, reason: refusal.reason });
    else told.waiting.push(phone.terminal);
  }
  return { ...told, refused };
}
