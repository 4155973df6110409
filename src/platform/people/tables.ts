import type { Generated, JSONColumnType } from 'kysely';
import type { Approvable } from '../../protocol/api/approvals.ts';
import type { StaffId } from '../../protocol/api/people.ts';
import type { Right, Role } from '../../protocol/api/rights.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Json } from '../database/json.ts';

/** Whom or what an act is about, by the kind of each: `{ caller: 'doe' }`. */
export type Subject = Readonly<Record<string, string>>;

/** One act of somebody, or one look at what is sensitive. Nothing of a line is ever changed. */
interface Trail {
  /** The facility, or '' for what concerns the platform. */
  chain: FacilityId | '';
  number: number;
  at: Instant;
  actor_kind: 'person' | 'machine' | 'platform';
  actor: string;
  actor_name: string;
  /** In which he could do it, as `officer, auditor`. */
  roles: string;
  origin: string;
  what: string;
  subject: Json<Subject>;
  before: Json<object>;
  after: Json<object>;
  why: string | null;
  /** SHA-256 over this line and the hash of the one before. */
  hash: Buffer;
}

/** Where each chain ends. */
interface TrailHeads {
  chain: FacilityId | '';
  number: Generated<number>;
  hash: Generated<Buffer>;
}

interface Staff {
  id: StaffId;
  /** ASCII in small letters: no two that look alike. */
  email: string;
  name: string;
  /** Invited: his link was not opened yet. */
  state: 'invited' | 'active' | 'suspended';
  /** Runs the platform. */
  operator: boolean;
  made: Instant;
}

interface StaffRoles {
  staff: StaffId;
  facility: FacilityId;
  role: Role;
}

export interface ApiTokens {
  id: string;
  name: string;
  /** SHA-256 of the token. */
  hash: Buffer;
  /** Null: over the platform. */
  facility: FacilityId | null;
  rights: Right[];
  made: Instant;
  made_by: string;
  expires: Instant;
  used: Generated<Instant | null>;
  ended: Generated<Instant | null>;
}

/** What one person asked for and a second has to approve. */
interface Approvals {
  id: string;
  facility: FacilityId;
  kind: Approvable;
  /** What is to be done, as it was handed in. */
  content: string;
  /** What it would do. */
  told: JSONColumnType<Record<string, unknown>>;
  asked_by: StaffId;
  asked_name: string;
  asked: Instant;
  expires: Instant;
  decision: 'approved' | 'declined' | null;
  decided_by: StaffId | null;
  decided_name: string | null;
  decided: Instant | null;
}

/** What the room of people writes. */
export interface PeopleTables {
  staff: Staff;
  staff_roles: StaffRoles;
  api_tokens: ApiTokens;
  approvals: Approvals;
  trail: Trail;
  trail_heads: TrailHeads;
}
