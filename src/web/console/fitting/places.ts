import type { z } from 'zod';
import type { Claims } from '../../../protocol/api/claims.ts';
import { type TerminalId, TerminalId as TerminalName, type UnitId } from '../../../protocol/units.ts';
import type { Facility } from '../facility/types.ts';

export type Claim = z.infer<typeof Claims>['items'][number];

/** Where a phone hangs, and the serial number of the box that is one there. */
export interface Place {
  readonly terminal: TerminalId;
  readonly unit: UnitId;
  readonly serial: string | null;
}

/** All places of a facility, those without a phone first. */
export function placesOf({ units }: Facility, claims: readonly Claim[]): Place[] {
  const serials = new Map(claims.map(({ terminal, says }) => [terminal, says.serial]));
  return units
    .flatMap(({ unit, phones }) =>
      phones.map(({ terminal }) => ({ terminal, unit, serial: serials.get(terminal) ?? null })),
    )
    .sort((a, b) => Number(a.serial !== null) - Number(b.serial !== null) || byName(a.terminal, b.terminal));
}

const byName = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true });

/** The places whose name or unit has `typed` in it. */
export function placesLike(places: readonly Place[], typed: string): Place[] {
  const wanted = typed.trim().toLowerCase();
  return places.filter(
    ({ terminal, unit }) => terminal.toLowerCase().includes(wanted) || unit.toLowerCase() === wanted,
  );
}

/** What was typed, as the name of a place that is new; null where it is none, or is a place but for its capitals. */
export function newPlaceOf(places: readonly Place[], typed: string): TerminalId | null {
  const { data } = TerminalName.safeParse(typed.trim());
  const isThere = places.some(({ terminal }) => terminal.toLowerCase() === data?.toLowerCase());
  return data === undefined || isThere ? null : data;
}
