import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGone, whenThere } from '../../../src/platform/database/gone.ts';
import { endSilent } from '../../../src/platform/database/silence.ts';
import { hasPostgres, type Postgres, startPostgres } from '../postgres.ts';

const SILENCE = 1_000;

describe.skipIf(!hasPostgres)('a database server (needs postgresql)', () => {
  let postgres: Postgres;
  let pool: pg.Pool;
  let db: Kysely<unknown>;
  let watch: () => void;

  beforeAll(async () => {
    postgres = await startPostgres();
    pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
    watch = endSilent(pool, SILENCE);
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    db = new Kysely({ dialect: new PostgresDialect({ pool }) });
    await sql`create table rows (id int primary key, seen int not null)`.execute(db);
    await sql`insert into rows values (1, 0), (2, 0)`.execute(db);
  });
  afterAll(async () => {
    await db?.destroy();
    await postgres?.stop();
  });

  const seen = async () =>
    (await sql<{ id: number; seen: number }>`select * from rows order by id`.execute(db)).rows.map((row) => row.seen);

  it('that undoes one of two which lock each other out is asked again, and both are done once', async () => {
    let meeting = 2;
    let met: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      met = resolve;
    });
    let tries = 0;
    const mark = (first: number, then: number) =>
      whenThere(
        () =>
          db.transaction().execute(async (trx) => {
            tries += 1;
            await sql`update rows set seen = seen + 1 where id = ${first}`.execute(trx);
            meeting -= 1;
            if (meeting === 0) met();
            await both;
            await sql`update rows set seen = seen + 1 where id = ${then}`.execute(trx);
          }),
        () => true,
      );
    await Promise.all([mark(1, 2), mark(2, 1)]);
    expect(await seen()).toEqual([2, 2]);
    expect(tries).toBe(3);
  });

  it('may be silent for long before it is watched, as while tables are changed', async () => {
    const asked = seen();
    await postgres.silence(2 * SILENCE);
    expect(await asked).toEqual([2, 2]);
  });

  it('that says nothing to what it was asked is gone, and is asked again when it is back; a connection at rest stays', async () => {
    watch();
    await whenThere(seen, () => true);
    const resting = pool.totalCount;
    await postgres.silence(2 * SILENCE);
    expect(pool.totalCount).toBe(resting);
    expect(await whenThere(seen, () => true)).toEqual([2, 2]);

    const faults: unknown[] = [];
    const ask = () =>
      seen().catch((error: unknown) => {
        faults.push(error);
        throw error;
      });
    const asked = whenThere(ask, () => true);
    const silent = postgres.silence(3 * SILENCE);
    expect(await asked).toEqual([2, 2]);
    await silent;
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every(isGone)).toBe(true);
    expect(String(faults[0])).toContain('no word from the server for 1 s');
  });
});
