import { calculateJwkThumbprint } from 'jose';
import type { CommandOrder } from './command.ts';
import type { KeySet, KeySetEntry, Permit, Reach } from './key-set.ts';
import type { OrderKeys } from './keys.ts';
import { type LockdownOrder, type LockdownScope, lockdownName } from './lockdown.ts';
import type { HotlineList } from './messages.ts';
import { SignatureError } from './signed.ts';
import { verifyCommand, verifyHotlines, verifyOrder } from './signing.ts';
import type { Instant, TerminalId, UnitId } from './units.ts';

/** Whose signatures count in one facility, as far as is known here. */
export interface Authority {
  readonly keys: OrderKeys;
  /** What each key of a set may, by issuer; null where the keys are fixed and each may everything. */
  readonly entries: ReadonlyMap<string, KeySetEntry & { readonly thumbprint: string }> | null;
  /** Thumbprints (RFC 7638) of keys that count no more. */
  readonly revoked: ReadonlySet<string>;
}

/** Each key of a fixed set may everything. */
export const fixedAuthority = (keys: OrderKeys): Authority => ({ keys, entries: null, revoked: new Set() });

/** No set has come yet: nobody may anything. */
export const NOBODY: Authority = { keys: { keys: [] }, entries: new Map(), revoked: new Set() };

/** The keys of a set that was verified may what it says, but for those that are revoked. */
export async function authorityOf({ keys }: KeySet, revoked: ReadonlySet<string>): Promise<Authority> {
  const entries = keys.map(
    async (entry) => [entry.key.kid, { ...entry, thumbprint: await calculateJwkThumbprint(entry.key) }] as const,
  );
  return { keys: { keys: keys.map(({ key }) => key) }, entries: new Map(await Promise.all(entries)), revoked };
}

/** In which unit a phone hangs; null where it is not known. */
export type UnitOf = (terminal: TerminalId) => UnitId | null | Promise<UnitId | null>;

/**
 * The order that `jws` carries, where its key may give it, and until when that key counts; null where it has no end. Topic, sequence and
 * what stands are for `judge`.
 * @throws SignatureError
 */
export async function believeOrder(
  jws: string,
  authority: Authority,
  unitOf: UnitOf,
): Promise<{ readonly order: LockdownOrder; readonly keyUntil: Instant | null }> {
  const order = await verifyOrder(jws, authority.keys);
  const what = `order ${lockdownName(order.scope)}`;
  const { scope } = order;
  const unit = scope.kind === 'terminal' ? await unitOf(scope.terminal) : null;
  const covers = (permit: Permit) => permit.to === 'orders' && reaches(permit.over, scope, unit);
  return { order, keyUntil: mustBeAllowed(authority, order.issuer, what, covers, order.since) };
}

/** The command that `jws` carries, where its key may give it; the rest is the phone's to check. @throws SignatureError */
export async function believeCommand(jws: string, authority: Authority, unitOf: UnitOf): Promise<CommandOrder> {
  const order = await verifyCommand(jws, authority.keys);
  const { facility, terminal } = order;
  const scope: LockdownScope = { kind: 'terminal', facility, terminal };
  const unit = await unitOf(terminal);
  const covers = (permit: Permit) => permit.to === 'commands' && reaches(permit.over, scope, unit);
  mustBeAllowed(authority, order.issuer, `give commands to ${lockdownName(scope)}`, covers, order.at);
  return order;
}

/**
 * The list of hotlines that `jws` carries, where its key may sign one. A list has no date: it counts after the end of its key too, or a
 * tip line would be dead after a restart without a word.
 * @throws SignatureError
 */
export async function believeHotlines(jws: string, authority: Authority): Promise<HotlineList> {
  const { list, issuer } = await verifyHotlines(jws, authority.keys);
  mustBeAllowed(authority, issuer, 'sign hotlines', ({ to }) => to === 'hotlines', null);
  return list;
}

/** Whether what is over `over` is also over `scope`, whose phone, if it is one, hangs in `unit`. */
function reaches(over: Reach, scope: LockdownScope, unit: UnitId | null): boolean {
  switch (over.kind) {
    case 'facility':
      return true;
    case 'unit':
      return scope.kind === 'unit' ? scope.unit === over.unit : scope.kind === 'terminal' && unit === over.unit;
    case 'terminal':
      return scope.kind === 'terminal' && scope.terminal === over.terminal;
  }
}

function mustBeAllowed(
  { entries, revoked }: Authority,
  issuer: string,
  what: string,
  covers: (permit: Permit) => boolean,
  at: Instant | null,
): Instant | null {
  if (entries === null) return null;
  const entry = entries.get(issuer);
  if (!entry || revoked.has(entry.thumbprint)) throw new SignatureError(`the key of ${issuer} is revoked`);
  if (!entry.may.some(covers)) throw new SignatureError(`the key of ${issuer} may not ${what}`);
  if (at !== null && entry.until !== null && at > entry.until)
    throw new SignatureError(`given after the time of the key of ${issuer} was up`);
  return entry.until;
}
