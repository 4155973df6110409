import type { Generated } from 'kysely';
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
}

/** What the room of numbers writes. */
export interface NumbersTables {
  allowed_numbers: AllowedNumbers;
  blocks: Blocks;
  allows: Allows;
}
