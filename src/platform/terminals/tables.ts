import type { JSONColumnType } from 'kysely';
import type { Standing } from '../../protocol/judge.ts';
import type { FacilityId, Instant, TerminalId, UnitId } from '../../protocol/units.ts';

interface Terminals {
  facility: FacilityId;
  id: TerminalId;
  unit: UnitId;
}

/** A key with which somebody signed as the phone of a place, or that was accepted for it. */
interface TerminalKeys {
  facility: FacilityId;
  terminal: TerminalId;
  /** RFC 7638. */
  thumbprint: string;
  state: 'in-force' | 'strange' | 'replaced';
  seen: Instant;
  accepted: Instant | null;
  accepted_by: string | null;
  accepted_why: string | null;
}

/** What is kept of the orders on one lockdown topic. */
interface Orders {
  topic: string;
  facility: FacilityId;
  jws: string;
  standing: JSONColumnType<Standing>;
}

/** What the room of terminals writes. */
export interface TerminalsTables {
  terminals: Terminals;
  terminal_keys: TerminalKeys;
  orders: Orders;
}
