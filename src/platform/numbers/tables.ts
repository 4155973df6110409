import type { Generated } from 'kysely';
import type { WishState } from '../../protocol/api/numbers.ts';
import type { CallerId, FacilityId, Instant, Millis, PhoneNumber } from '../../protocol/units.ts';

export type BlockKind = 'facility' | 'security' | 'billing' | 'called-party';

interface AllowedNumbers {
  facility: FacilityId;
  caller: CallerId;
  number: PhoneNumber;
  privileged: boolean;
  free: boolean;
  limit_ms: Millis | null;
  digits: 'pass' | 'block';
  recorded: boolean;
  overrides_block: boolean;
  /** Who put it there; the site file takes off those alone that it brought. */
  added_by: string;
}

/** How the lists of a facility are filled, beside by staff. */
interface NumberRules {
  facility: FacilityId;
  /** What a caller dials in vain is asked of staff. */
  wishes: boolean;
  /** A number that a caller reaches goes on his list while that has fewer than so many; 0: none does. */
  learns: number;
}

/** A number that a caller wants on his list. */
interface Wishes {
  id: Generated<number>;
  facility: FacilityId;
  caller: CallerId;
  number: PhoneNumber;
  times: number;
  first_asked: Instant;
  last_asked: Instant;
  state: WishState;
  decided: Instant | null;
  decided_by: string | null;
  decided_why: string | null;
}

interface Blocks {
  id: Generated<number>;
  facility: FacilityId;
  /** An SQL LIKE pattern of E.164 numbers. */
  pattern: string;
  kind: BlockKind;
  /** Whose calls alone it stops; null: everybody's. */
  caller: CallerId | null;
  note: string | null;
  created: Instant;
  created_by: string;
  /** From when on it is no more than a record of what was. */
  lifted: Instant | null;
  lifted_by: string | null;
  lifted_why: string | null;
}

interface Allows {
  facility: FacilityId;
  pattern: string;
  privileged: boolean;
  free: boolean;
  /** Who put it there; the site file takes away those alone that it brought. */
  added_by: string;
}

/** Who says that he is an attorney, and that calls to his number are to be private. */
interface AttorneyRows {
  id: Generated<number>;
  facility: FacilityId;
  number: PhoneNumber;
  name: string;
  /** State, and number at its bar. */
  bar: string;
  firm: string | null;
  email: string;
  asked: Instant;
  /** From where he asked. */
  origin: string;
  state: WishState;
  decided: Instant | null;
  decided_by: string | null;
  decided_why: string | null;
}

/** What the room of numbers writes. */
export interface NumbersTables {
  allowed_numbers: AllowedNumbers;
  blocks: Blocks;
  allows: Allows;
  number_rules: NumberRules;
  wishes: Wishes;
  attorneys: AttorneyRows;
}
