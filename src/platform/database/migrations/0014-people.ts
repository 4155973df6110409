import { type Kysely, sql } from 'kysely';

/** Staff, what proves who they are, the tokens of machines. Nothing that opens a door stands here in the clear: hashes, or encrypted under the pepper. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table staff (
      id uuid primary key,
      -- In small letters: two people never differ in those alone.
      email text not null unique check (email = lower(email)),
      name text not null,
      state text not null check (state in ('invited', 'active', 'suspended')),
      operator boolean not null,
      made bigint not null
    );
    create table staff_roles (
      staff uuid not null references staff,
      facility text not null references facilities,
      role text not null,
      primary key (staff, facility, role)
    );
    create index staff_roles_facility on staff_roles (facility);
    create table api_tokens (
      id uuid primary key,
      name text not null,
      hash bytea not null unique,
      facility text references facilities,
      rights text[] not null,
      made bigint not null,
      made_by text not null,
      expires bigint not null,
      used bigint,
      ended bigint
    );
    create table passwords (staff uuid primary key references staff, hash text not null, changed bigint not null);
    create table totp_secrets (staff uuid primary key references staff, secret text not null, last_step bigint not null);
    create table recovery_codes (staff uuid not null references staff, hash bytea not null, primary key (staff, hash));
    create table passkeys (
      id text primary key,
      staff uuid not null references staff,
      name text not null,
      public_key bytea not null,
      counter bigint not null,
      transports text[] not null,
      made bigint not null,
      used bigint
    );
    create index passkeys_staff on passkeys (staff);
    create table passkey_challenges (challenge text primary key, staff uuid references staff, ends bigint not null);
    create table providers_people (
      issuer text not null,
      subject text not null,
      staff uuid not null references staff,
      primary key (issuer, subject),
      unique (issuer, staff)
    );
    create table staff_sessions (
      hash bytea primary key,
      staff uuid not null references staff,
      kind text not null check (kind in ('pending', 'full')),
      made bigint not null,
      seen bigint not null,
      ends bigint not null
    );
    create index staff_sessions_staff on staff_sessions (staff);
    create table staff_links (
      hash bytea primary key,
      kind text not null check (kind in ('first', 'invitation', 'reset')),
      staff uuid references staff,
      ends bigint not null,
      check ((kind = 'first') = (staff is null))
    );
    create table sign_in_tries (
      key bytea primary key,
      failures integer not null,
      last bigint not null,
      locked_until bigint not null,
      -- When it was right last: who attacks an account from elsewhere does not lock out its owner where he works.
      good bigint
    );`.execute(db);
}
