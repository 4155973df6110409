import type { Transport } from '../../../protocol/api/passkeys.ts';
import type { StaffId } from '../../../protocol/api/people.ts';
import type { Instant } from '../../../protocol/units.ts';

interface Passwords {
  staff: StaffId;
  /** Argon2id, in the form in which it names its own cost. */
  hash: string;
  changed: Instant;
}

interface TotpSecrets {
  staff: StaffId;
  /** Encrypted (JWE) under a key that the database has not. */
  secret: string;
  /** The step of the last code that was taken (RFC 6238): none of it or of one before is taken again. */
  last_step: number;
}

interface RecoveryCodes {
  staff: StaffId;
  hash: Buffer;
}

interface Passkeys {
  /** As the authenticator gave it, base64url. */
  id: string;
  staff: StaffId;
  name: string;
  /** COSE (RFC 9052). */
  public_key: Buffer;
  /** How often it was used, as it told last; 0 of one that does not count. */
  counter: number;
  transports: Transport[];
  made: Instant;
  used: Instant | null;
}

interface PasskeyChallenges {
  challenge: string;
  /** That of who adds a passkey or gives his second proof, by its hash; null: whoever signs in by one alone. */
  session: Buffer | null;
  ends: Instant;
}

interface ProvidersPeople {
  issuer: string;
  subject: string;
  staff: StaffId;
}

interface StaffSessions {
  /** SHA-256 of the id in the cookie. */
  hash: Buffer;
  staff: StaffId;
  /** Pending: the password was right, the second proof is wanted. */
  kind: 'pending' | 'full';
  made: Instant;
  seen: Instant;
  ends: Instant;
}

interface StaffLinks {
  /** SHA-256 of what stands in the link. */
  hash: Buffer;
  kind: 'first' | 'invitation' | 'reset';
  /** Null: who opens it is the first. */
  staff: StaffId | null;
  ends: Instant;
}

interface SignInTries {
  key: Buffer;
  failures: number;
  last: Instant;
  locked_until: Instant;
  /** When it was right last. */
  good: Instant | null;
}

/** What the room of signing in writes. */
export interface SignInTables {
  passwords: Passwords;
  totp_secrets: TotpSecrets;
  recovery_codes: RecoveryCodes;
  passkeys: Passkeys;
  passkey_challenges: PasskeyChallenges;
  providers_people: ProvidersPeople;
  staff_sessions: StaffSessions;
  staff_links: StaffLinks;
  sign_in_tries: SignInTries;
}
