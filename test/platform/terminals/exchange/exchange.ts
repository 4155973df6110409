import { createHash } from 'node:crypto';
import type { ExchangeLogin } from '../../../../src/protocol/trunk.ts';
import type { FacilityId, TerminalId, UnitId } from '../../../../src/protocol/units.ts';

/** The place of a phone in unit B. */
export const phoneAt = (terminal: string, facility = 'pine-river') => ({
  facility: facility as FacilityId,
  unit: 'B' as UnitId,
  terminal: terminal as TerminalId,
});

/** The way out that was given. */
export function trunkOf({ trunks: [trunk] }: ExchangeLogin) {
  if (!trunk) throw new Error('no trunk was given');
  return trunk;
}

/** The hash that an exchange looks a login over by (RFC 7616 3.4.2). */
export function ha1Of(login: ExchangeLogin, algorithm: 'md5' | 'sha256' = 'md5', name = trunkOf(login).user): string {
  const { realm, password } = trunkOf(login);
  return createHash(algorithm).update(`${name}:${realm}:${password}`).digest('hex');
}
