import { RIGHTS_OF, type Right, type Role } from '../../protocol/api/rights.ts';
import type { FacilityId } from '../../protocol/units.ts';

/** Who asks: a person who has signed in, or a machine with a token. */
export interface Actor {
  readonly kind: 'person' | 'machine';
  readonly id: string;
  /** As people know him. */
  readonly name: string;
  /** Runs the platform: may do everything in every facility. */
  readonly operator: boolean;
  readonly roles: ReadonlyMap<FacilityId, readonly Role[]>;
  /** What a machine's token is narrowed to; null: to nothing. */
  readonly scopes: readonly Right[] | null;
  /** The address that the request came from. */
  readonly from: string;
}

/** Whether it is known to him that there is this facility at all. */
export const belongsTo = ({ operator, roles }: Actor, facility: FacilityId): boolean =>
  operator || (roles.get(facility)?.length ?? 0) > 0;

/** Whether he may do this in the facility; in none of them (null) only who runs the platform may do anything. */
export function may({ operator, roles, scopes }: Actor, right: Right, facility: FacilityId | null): boolean {
  if (scopes !== null && !scopes.includes(right)) return false;
  if (operator) return true;
  return facility !== null && (roles.get(facility) ?? []).some((role) => RIGHTS_OF[role].includes(right));
}

/** The roles in which somebody may do this, for people who may not. */
export const rolesWith = (right: Right): Role[] =>
  (Object.keys(RIGHTS_OF) as Role[]).filter((role) => RIGHTS_OF[role].includes(right));

/** Who did it and from where, for a row that keeps it. */
export const told = ({ name, from }: Actor): string => `${name} from ${from}`;
