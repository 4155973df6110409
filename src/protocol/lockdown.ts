import { z } from 'zod';
import { FacilityId, Instant, TerminalId, UnitId } from './units.ts';

export const LockdownState = z.enum(['open', 'disabled', 'lockdown']);
export type LockdownState = z.infer<typeof LockdownState>;

/** `drain`: a call in progress may finish. `drop`: it ends now. */
export const LockdownMode = z.enum(['drain', 'drop']);
export type LockdownMode = z.infer<typeof LockdownMode>;

export const LockdownScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('facility'), facility: FacilityId }),
  z.strictObject({ kind: z.literal('unit'), facility: FacilityId, unit: UnitId }),
  z.strictObject({ kind: z.literal('terminal'), facility: FacilityId, terminal: TerminalId }),
]);
export type LockdownScope = z.infer<typeof LockdownScope>;

/** A scope in one word for people and for keys: `facility:county`, `unit:county/A`, `terminal:county/A-12`. */
export function lockdownName(scope: LockdownScope): string {
  switch (scope.kind) {
    case 'facility':
      return `facility:${scope.facility}`;
    case 'unit':
      return `unit:${scope.facility}/${scope.unit}`;
    case 'terminal':
      return `terminal:${scope.facility}/${scope.terminal}`;
  }
}

/** The wanted state of a facility, a unit or a terminal, as its signed order carries it. */
export const LockdownOrder = z.strictObject({
  scope: LockdownScope,
  state: LockdownState,
  mode: LockdownMode,
  reason: z.string().min(1).max(200),
  issuer: z.string().min(1).max(64),
  /** Grows with every order of one issuer for one scope. */
  sequence: z.int().positive(),
  since: Instant,
  until: Instant.nullable(),
});
export type LockdownOrder = z.infer<typeof LockdownOrder>;

/** What a terminal obeys: the most restrictive of the orders in force. */
export const Lockdown = z.strictObject({
  state: LockdownState,
  mode: LockdownMode,
  source: z.enum(['facility', 'unit', 'terminal']).nullable(),
  reason: z.string().nullable(),
});
export type Lockdown = z.infer<typeof Lockdown>;

export const OPEN: Lockdown = { state: 'open', mode: 'drain', source: null, reason: null };

const RANK = { open: 0, disabled: 1, lockdown: 2 } as const;

/** What a terminal obeys that has never had a valid order: it is closed, whatever stands at the broker or does not. */
export const NOT_IN_SERVICE: Lockdown = {
  state: 'disabled',
  mode: 'drain',
  source: null,
  reason: 'not in service yet: no valid order has come',
};

/**
 * The state a terminal obeys, by the orders it was given and has not seen revoked. The most restrictive state wins; among orders that
 * are not open, one that drops wins over all that drain. `ended` says of which the time is up.
 */
export function mostRestrictive(orders: readonly LockdownOrder[], ended: (order: LockdownOrder) => boolean): Lockdown {
  if (orders.length === 0) return NOT_IN_SERVICE;
  const inForce = orders.filter((o) => o.state !== 'open' && !ended(o));
  const [first, ...rest] = inForce;
  if (!first) return OPEN;
  const worst = rest.reduce((a, b) => (RANK[b.state] > RANK[a.state] ? b : a), first);
  return {
    state: worst.state,
    mode: inForce.some((o) => o.mode === 'drop') ? 'drop' : 'drain',
    source: worst.scope.kind,
    reason: worst.reason,
  };
}
