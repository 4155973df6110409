import { type Kysely, sql } from 'kysely';

/**
 * The first tables. Moments and durations are milliseconds, money is millionths of a dollar, both bigint.
 * What must never be wrong is a constraint here, not only care in the code.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table facilities (
      id text primary key,
      name text not null,
      time_zone text not null,
      dialling text not null check (dialling in ('open', 'listed')),
      limit_ms bigint not null,
      pin_id_length integer not null,
      hours jsonb,
      recorded boolean not null
    );
    create table units (
      facility text not null references facilities,
      id text not null,
      limit_ms bigint,
      hours jsonb,
      primary key (facility, id)
    );
    create table terminals (
      facility text not null references facilities,
      id text not null,
      unit text not null,
      primary key (facility, id),
      foreign key (facility, unit) references units
    );
    create table callers (
      facility text not null references facilities,
      id text not null,
      name text not null,
      language text,
      -- Null: nobody can be this caller any more.
      pin_id_hash bytea,
      pin_hash bytea,
      limit_ms bigint,
      hours jsonb,
      suspended boolean not null,
      primary key (facility, id),
      unique (facility, pin_id_hash) deferrable initially deferred
    );
    create table allowed_numbers (
      facility text not null,
      caller text not null,
      number text not null,
      privileged boolean not null,
      free boolean not null,
      limit_ms bigint,
      digits text not null check (digits in ('pass', 'block')),
      recorded boolean not null,
      overrides_block boolean not null,
      primary key (facility, caller, number),
      foreign key (facility, caller) references callers
    );
    create table blocks (
      id bigint generated always as identity primary key,
      facility text not null references facilities,
      pattern text not null,
      kind text not null check (kind in ('facility', 'security', 'billing', 'called-party')),
      note text,
      created bigint not null,
      created_by text not null,
      unique (facility, pattern, kind),
      check (kind <> 'facility' or note is not null)
    );
    create table allows (
      facility text not null references facilities,
      pattern text not null,
      privileged boolean not null,
      free boolean not null,
      primary key (facility, pattern)
    );
    create table rates (
      facility text not null references facilities,
      prefix text not null,
      starts bigint not null,
      per_minute bigint not null check (per_minute >= 0),
      facility_adds bigint not null check (facility_adds >= 0),
      primary key (facility, prefix, starts)
    );`.execute(db);
  await sql`
    create table accounts (
      id text primary key,
      facility text references facilities,
      kind text not null check (kind in ('prepaid', 'debit', 'deposits', 'revenue')),
      name text not null,
      caller text,
      -- Kept for those who own money. Of the two books of our own it is the sum of their postings.
      balance bigint,
      held bigint not null default 0,
      check ((balance is null) = (kind in ('deposits', 'revenue'))),
      check (balance >= 0),
      check (held >= 0),
      check (held <= balance),
      check ((caller is not null) = (kind = 'debit')),
      foreign key (facility, caller) references callers
    );
    create unique index accounts_one_debit on accounts (facility, caller) where kind = 'debit';
    insert into accounts (id, kind, name) values ('deposits', 'deposits', 'Deposits'), ('revenue', 'revenue', 'Revenue');
    create table account_numbers (
      facility text not null references facilities,
      number text not null,
      account text not null references accounts,
      primary key (facility, number)
    );
    create table transfers (
      id bigint generated always as identity primary key,
      at bigint not null,
      kind text not null check (kind in ('deposit', 'call', 'correction')),
      -- What it is for, so that nothing is booked twice.
      reference text not null unique,
      call uuid,
      from_account text not null references accounts,
      to_account text not null references accounts,
      amount bigint not null check (amount > 0),
      made_by text not null,
      check (from_account <> to_account)
    );
    create index transfers_from on transfers (from_account, id);
    create index transfers_to on transfers (to_account, id);
    create index transfers_call on transfers (call);
    create view postings as
      select id as transfer, at, kind, call, from_account as account, -amount as amount from transfers
      union all
      select id, at, kind, call, to_account, amount from transfers;`.execute(db);
  await sql`
    create table identified (
      call uuid primary key,
      facility text not null,
      terminal text not null,
      caller text not null,
      at bigint not null
    );
    create table attempts (
      facility text not null,
      scope text not null check (scope in ('pin', 'terminal')),
      key bytea not null,
      failures integer not null,
      last bigint not null,
      locked_until bigint not null,
      primary key (facility, scope, key)
    );
    create table sessions (
      call uuid primary key,
      facility text not null,
      terminal text not null,
      caller text not null,
      number text not null,
      account text references accounts,
      pays text not null check (pays in ('free', 'prepaid', 'debit')),
      rate bigint not null,
      privileged boolean not null,
      recorded boolean not null,
      digits text not null,
      limit_ms bigint not null,
      limit_bound text not null,
      until bigint,
      quota bigint not null check (quota >= 0),
      held bigint not null check (held >= 0),
      used bigint not null check (used <= quota),
      opened bigint not null,
      heard bigint not null,
      settled_by text check (settled_by in ('end', 'record', 'sweep', 'next-call')),
      settled_at bigint,
      talked bigint not null,
      charged bigint not null check (charged >= 0),
      -- What talk was worth that the account could no longer pay: our loss, never a debt.
      forgone bigint not null,
      check (settled_by is null or held = 0),
      check ((account is null) = (pays = 'free'))
    );
    create unique index sessions_one_open on sessions (facility, caller) where settled_by is null;
    create index sessions_open on sessions (heard) where settled_by is null;
    create table answers (
      call uuid not null,
      request text not null,
      at bigint not null,
      -- Text, not json: a repeat gets it byte for byte.
      body text not null,
      primary key (call, request)
    );
    create index answers_at on answers (at);
    create table records (
      call uuid primary key,
      facility text not null,
      terminal text not null,
      unit text not null,
      kind text not null,
      caller text,
      number text,
      lifted bigint not null,
      ended bigint not null,
      talked bigint not null,
      ending text not null,
      hidden boolean not null,
      stored bigint not null,
      record jsonb not null
    );
    create index records_facility on records (facility, lifted desc);
    create index records_caller on records (facility, caller, lifted desc);
    create index records_number on records (number, lifted desc);
    create table quarantine (
      digest bytea primary key,
      at bigint not null,
      topic text not null,
      reason text not null,
      payload bytea not null
    );`.execute(db);
}
