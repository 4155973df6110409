import { type Kysely, sql } from 'kysely';

/**
 * A call is named by its phone and the id which that gave it: what another phone says of the same id is of another call. An
 * answer of before of which nobody knows the phone any more is forgotten: its request would be answered anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table answers add column facility text, add column terminal text;
    update answers a set facility = i.facility, terminal = i.terminal from identified i where i.call = a.call;
    update answers a set facility = s.facility, terminal = s.terminal from sessions s where s.call = a.call;
    delete from answers where facility is null;
    alter table answers
      alter column facility set not null,
      alter column terminal set not null,
      drop constraint answers_pkey,
      add primary key (facility, terminal, call, request);
    alter table identified drop constraint identified_pkey, add primary key (facility, terminal, call);
    alter table sessions drop constraint sessions_pkey, add primary key (facility, terminal, call);
    alter table records drop constraint records_pkey, add primary key (facility, terminal, call);`.execute(db);
  await sql`
    alter table transfers add column terminal text;
    update transfers t
      set terminal = s.terminal, reference = t.kind || ':' || s.facility || '/' || s.terminal || '/' || s.call
      from sessions s where s.call = t.call;
    alter table transfers add check ((terminal is null) = (call is null));
    drop view postings;
    create view postings as
      select id as transfer, at, kind, terminal, call, from_account as account, -amount as amount from transfers
      union all
      select id, at, kind, terminal, call, to_account, amount from transfers;`.execute(db);
}
