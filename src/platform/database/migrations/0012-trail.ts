import { type Kysely, sql } from 'kysely';

/** Who did and looked at what, a chain for each facility and one ('') for the platform. The database itself lets no line be changed or taken out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table trail_heads (
      chain text primary key,
      number bigint not null default 0,
      hash bytea not null default ''
    );
    create table trail (
      chain text not null references trail_heads,
      number bigint not null,
      at bigint not null,
      actor_kind text not null check (actor_kind in ('person', 'machine', 'platform')),
      actor text not null,
      actor_name text not null,
      roles text not null,
      origin text not null,
      what text not null,
      subject jsonb,
      before jsonb,
      after jsonb,
      why text,
      hash bytea not null,
      primary key (chain, number)
    );
    create index trail_at on trail (chain, at);
    create index trail_actor on trail (chain, actor, number);
    create index trail_subject on trail using gin (subject jsonb_path_ops);
    create function trail_stands() returns trigger language plpgsql as
      $$ begin raise exception 'a line of the trail is never changed'; end $$;
    create trigger trail_stands before update or delete on trail for each row execute function trail_stands();
    create trigger trail_stays before truncate on trail for each statement execute function trail_stands();`.execute(
    db,
  );
}
