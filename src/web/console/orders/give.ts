import { signal } from '@preact/signals';
import { HandedOn, OrderTaken } from '../../../protocol/api/orders.ts';
import { CommandOrder } from '../../../protocol/command.ts';
import { LockdownOrder, type LockdownScope, lockdownName } from '../../../protocol/lockdown.ts';
import { signCommand, signOrder } from '../../../protocol/signing.ts';
import type { FacilityId, TerminalId } from '../../../protocol/units.ts';
import { notice } from '../../kit/notices.ts';
import { ask } from '../api/ask.ts';
import type { OwnKey } from '../keys/kept.ts';
import { ownKey } from '../keys/own.ts';
import { ahead } from '../live/link.ts';
import { allRows } from '../live/phones.ts';
import { timeOf, words } from '../words/words.ts';
import type { Closing } from './form.ts';
import { under } from './scope.ts';

/** A command lies in wait nowhere: after this it counts no more, ms. */
const COMMAND_GOOD_MS = 60_000;

/** What this page has ordered of late, by scope, the latest first. */
export const given = signal<readonly LockdownOrder[]>([]);

/** Something was to be ordered, and this browser has no key. */
export const keyWanted = signal(false);

/** What is to be opened, once it is asked for again. */
export const opening = signal<LockdownScope | null>(null);

/** Closes what is under `scope`. @throws Problem */
export const close = (scope: LockdownScope, { state, mode, minutes, reason }: Closing): Promise<void> =>
  order(scope, (at) => ({
    ...{ state, mode, reason: reason.trim() || words.peek().orders.reason },
    until: minutes === null ? null : at + minutes * 60_000,
  }));

/** Opens what is under `scope`. @throws Problem */
export const open = (scope: LockdownScope): Promise<void> =>
  order(scope, () => ({ state: 'open', mode: 'drain', reason: words.peek().orders.openReason, until: null }));

async function order(
  scope: LockdownScope,
  what: (at: number) => Pick<LockdownOrder, 'state' | 'mode' | 'reason'> & { until: number | null },
): Promise<void> {
  const key = keyHere();
  if (key === null) return;
  const at = Date.now() + ahead.peek();
  const issuer = key.key.kid;
  const signed = LockdownOrder.parse({ ...what(at), scope, issuer, since: at, sequence: next(issuer, scope, at) });
  const jws = await signOrder(signed, { kid: issuer, held: key.held });
  // Phones obey within milliseconds: whoever looks must be there before the answer.
  const others = given.peek().filter((one) => lockdownName(one.scope) !== lockdownName(scope));
  given.value = [signed, ...others];
  try {
    const { waits } = await ask('POST', `/facilities/${scope.facility}/orders`, OrderTaken, { jws });
    if (waits === null) return;
    given.value = given.peek().filter((one) => one !== signed);
    notice(words.peek().second.waits(timeOf(waits)));
  } catch (error) {
    given.value = given.peek().filter((one) => one !== signed);
    throw error;
  }
}

/** Ends the call that is up on a phone. @throws Problem */
export async function cutOff(facility: FacilityId, terminal: TerminalId): Promise<void> {
  const key = keyHere();
  if (key === null) return;
  const at = Date.now() + ahead.peek();
  const issuer = key.key.kid;
  const command = CommandOrder.parse({
    ...{ facility, terminal, command: { type: 'cut-off' }, issuer, sequence: at, at, exp: at + COMMAND_GOOD_MS },
  });
  const jws = await signCommand(command, { kid: issuer, held: key.held });
  await ask('POST', `/facilities/${facility}/commands`, HandedOn, { jws });
}

/** This browser's key; null where there is none, which is asked for then. */
export function keyHere(): OwnKey | null {
  const key = ownKey.peek();
  if (key === null) keyWanted.value = true;
  return key === 'looking' ? null : key;
}

/** Grows with every order of this issuer for this scope, whatever the clock shows. */
function next(issuer: string, scope: LockdownScope, at: number): number {
  const name = `${issuer} ${lockdownName(scope)}`;
  const mine = given.peek().filter((one) => `${one.issuer} ${lockdownName(one.scope)}` === name);
  let last = Math.max(0, ...mine.map(({ sequence }) => sequence));
  for (const row of allRows()) {
    const { phone } = row.peek();
    if (under(scope, phone)) last = Math.max(last, phone.orders[name] ?? 0);
  }
  return Math.max(last + 1, at);
}
