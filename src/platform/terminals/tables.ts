import type { JSONColumnType } from 'kysely';
import type { Hours } from '../../protocol/api/hours.ts';
import type { Standing } from '../../protocol/judge.ts';
import type { KeyRequest } from '../../protocol/key-set.ts';
import type { FacilityId, Instant, TerminalId, UnitId } from '../../protocol/units.ts';
import type { Json } from '../database/json.ts';

interface Terminals {
  facility: FacilityId;
  id: TerminalId;
  unit: UnitId;
  /** Of its own, within those of its unit and facility. */
  hours: Json<Hours>;
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

/** The newest set of keys of a facility, as the site's root key signed it. */
interface KeySets {
  facility: FacilityId;
  sequence: number;
  jws: string;
}

/** A key that counts no more, for good. */
interface RevokedKeys {
  facility: FacilityId;
  /** RFC 7638. */
  thumbprint: string;
  at: Instant;
}

/** A key that somebody asks to have added to the set. */
interface AskedKeys {
  facility: FacilityId;
  thumbprint: string;
  request: JSONColumnType<KeyRequest>;
  at: Instant;
}

/** A list of hotlines of a facility, as it was signed. */
interface HotlineLists {
  facility: FacilityId;
  sequence: number;
  jws: string;
}

/** What the room of terminals writes. */
export interface TerminalsTables {
  terminals: Terminals;
  terminal_keys: TerminalKeys;
  orders: Orders;
  key_sets: KeySets;
  revoked_keys: RevokedKeys;
  asked_keys: AskedKeys;
  hotline_lists: HotlineLists;
}
