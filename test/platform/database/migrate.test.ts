import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { up as first } from '../../../src/platform/database/migrations/0001-first.ts';
import { up as tries } from '../../../src/platform/database/migrations/0004-tries.ts';
import { up as blocks } from '../../../src/platform/database/migrations/0004b-blocks.ts';
import { up as records } from '../../../src/platform/database/migrations/0005-records.ts';
import { hasPostgres, startPostgres } from '../postgres.ts';

describe.skipIf(!hasPostgres)('a database of before (needs postgresql)', () => {
  it('has its calls, what was answered in them and what was charged for them under the phone that made them', async () => {
    const server = await startPostgres();
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: server.url }) }),
    });
    onTestFinished(() => db.destroy().then(server.stop));
    for (const up of [first, tries, blocks]) await up(db);
    const [call, keyed] = [randomUUID(), randomUUID()];
    await sql`
      insert into facilities values ('cedar', 'Cedar', 'UTC', 'open', 60000, 4, null, true);
      insert into accounts (id, facility, kind, name, balance) values ('cedar/family', 'cedar', 'prepaid', 'Doe', 900);
      insert into sessions values ('${sql.raw(call)}', 'cedar', 't1', 'doe', '+12025550123', 'cedar/family', 'prepaid',
        6, false, true, 'block', 60000, 'facility-limit', null, 1000, 0, 0, 1, 1, 'end', 2, 100, 100, 0);
      insert into identified values ('${sql.raw(keyed)}', 'cedar', 't2', 'roe', 1);
      insert into answers values ('${sql.raw(call)}', 'authorise:1', 1, '{}'), ('${sql.raw(keyed)}', 'identify:1', 1, '{}'),
        ('${sql.raw(randomUUID())}', 'authorise:1', 1, '{}');
      insert into transfers (at, kind, reference, call, from_account, to_account, amount, made_by) values
        (1, 'deposit', 'deposit:a', null, 'deposits', 'cedar/family', 1000, 'clerk'),
        (2, 'call', 'call:${sql.raw(call)}', '${sql.raw(call)}', 'cedar/family', 'revenue', 100, 'end');`.execute(db);
    await records(db);
    const answers = await sql`select facility, terminal, call, request from answers order by terminal`.execute(db);
    expect(answers.rows).toEqual([
      { facility: 'cedar', terminal: 't1', call, request: 'authorise:1' },
      { facility: 'cedar', terminal: 't2', call: keyed, request: 'identify:1' },
    ]);
    const transfers = await sql`select terminal, reference from transfers order by id`.execute(db);
    expect(transfers.rows).toEqual([
      { terminal: null, reference: 'deposit:a' },
      { terminal: 't1', reference: `call:cedar/t1/${call}` },
    ]);
    const posted = await sql`select terminal, amount::int from postings where call is not null order by amount`.execute(
      db,
    );
    expect(posted.rows).toEqual([
      { terminal: 't1', amount: -100 },
      { terminal: 't1', amount: 100 },
    ]);
  });
});
