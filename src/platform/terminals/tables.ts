import type { JSONColumnType } from 'kysely';
import type { Hours } from '../../protocol/api/hours.ts';
import type { BoxAsks, BoxSays, ClaimCode } from '../../protocol/claim.ts';
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

/** A box that asks whose phone it is, for ten minutes. */
interface Boxes {
  id: string;
  thumbprint: string;
  asks: JSONColumnType<BoxAsks>;
  /** The platform's own. */
  nonce: string;
  /** The box's, once it has told it; then it has a code too. */
  opened: string | null;
  code: ClaimCode | null;
  answer: string | null;
  /** The address it asks from. */
  origin: string;
  asked: Instant;
  expires: Instant;
  /** The place it was claimed for. */
  facility: FacilityId | null;
  terminal: TerminalId | null;
}

/** Which box is the phone of a place. */
interface Claims {
  facility: FacilityId;
  terminal: TerminalId;
  thumbprint: string;
  says: JSONColumnType<BoxSays>;
  claimed: Instant;
  claimed_by: string;
  /** When its voucher was last handed out; null while it has not come for it. */
  issued: Instant | null;
  /** The certificate that it was given last (PEM), and when; null where it has none. */
  certificate: string | null;
  certified: Instant | null;
}

/** A box that has left a place: the accounts that it had there must be gone. */
interface AccountsDue {
  facility: FacilityId;
  terminal: TerminalId;
  thumbprint: string;
  since: Instant;
}

/** The place that a box is meant for, said before it came. */
interface Announced {
  serial: string;
  facility: FacilityId;
  unit: UnitId;
  terminal: TerminalId;
  announced: Instant;
  announced_by: string;
}

/** A code that somebody typed and no box has. */
interface ClaimTries {
  actor: string;
  at: Instant;
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
  boxes: Boxes;
  claims: Claims;
  accounts_due: AccountsDue;
  announced: Announced;
  claim_tries: ClaimTries;
}
