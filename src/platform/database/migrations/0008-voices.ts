import { type Kysely, sql } from 'kysely';

/**
 * Voices: what a facility asks of them, voiceprints and what is being heard of one (encrypted), consents, waivers, what came of checks, and
 * what was destroyed. New columns may be empty: a platform of before goes on beside a new one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table facilities add column voice jsonb;
    -- Why his voice stands in the way of a call. Null: it does not.
    alter table identified add column voice text;
    -- His voice is compared in the call that he makes.
    alter table identified add column watched boolean;
    alter table sessions add column watched boolean;
    create table voiceprints (
      facility text not null,
      caller text not null,
      template bytea not null,
      made bigint not null,
      used bigint not null,
      primary key (facility, caller),
      foreign key (facility, caller) references callers
    );
    create index voiceprints_used on voiceprints (used);
    create table voice_consents (
      id bigint generated always as identity primary key,
      facility text not null,
      caller text not null,
      at bigint not null,
      agreed boolean not null,
      notice integer not null,
      language text not null,
      text text not null,
      terminal text not null,
      call uuid not null,
      foreign key (facility, caller) references callers
    );
    create index voice_consents_caller on voice_consents (facility, caller, id desc);
    create table voice_waivers (
      id bigint generated always as identity primary key,
      facility text not null,
      caller text not null,
      reason text not null check (reason in ('speech', 'hearing', 'language', 'tty')),
      at bigint not null,
      by text not null,
      why text,
      lifted bigint,
      lifted_by text,
      lifted_why text,
      foreign key (facility, caller) references callers,
      check ((lifted is null) = (lifted_by is null) and (lifted is null) = (lifted_why is null))
    );
    create unique index voice_waivers_in_force on voice_waivers (facility, caller) where lifted is null;
    create table voice_anew (
      facility text not null,
      caller text not null,
      at bigint not null,
      by text not null,
      why text not null,
      primary key (facility, caller),
      foreign key (facility, caller) references callers
    );
    create table voice_checks (
      facility text not null,
      terminal text not null,
      call uuid not null,
      caller text not null,
      task text not null check (task in ('verify', 'enrol')),
      at bigint not null,
      -- Null: it is over, or was forgotten.
      under_way bytea,
      outcome text check (outcome in ('accepted', 'flagged', 'refused', 'enrolled', 'not-enrolled')),
      primary key (facility, terminal, call),
      check (outcome is null or under_way is null)
    );
    create index voice_checks_at on voice_checks (at);
    create table voice_tries (
      id bigint generated always as identity primary key,
      facility text not null,
      caller text not null,
      terminal text not null,
      call uuid not null,
      at bigint not null,
      task text not null check (task in ('verify', 'enrol')),
      result text not null check (result in ('accepted', 'refused', 'unjudged', 'enrolled', 'declined', 'failed')),
      outcome text not null check (outcome in ('accepted', 'flagged', 'refused', 'enrolled', 'not-enrolled')),
      ratio double precision,
      threshold double precision,
      answers integer not null,
      seconds double precision,
      snr double precision,
      why text
    );
    create index voice_tries_caller on voice_tries (facility, caller, id desc);
    create index voice_tries_at on voice_tries (facility, at);
    create table voice_erasures (
      id bigint generated always as identity primary key,
      facility text not null,
      caller text not null,
      why text not null check (why in ('released', 'withdrawn', 'unused', 'anew')),
      at bigint not null,
      by text not null,
      note text,
      made bigint not null,
      used bigint not null
    );
    create index voice_erasures_facility on voice_erasures (facility, id);
    create index voice_erasures_caller on voice_erasures (facility, caller);`.execute(db);
}
