import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditCommand } from '../../src/cli/audit.ts';
import { leaveTrail } from '../../src/platform/people/trail.ts';
import { FacilityId, type Instant } from '../../src/protocol/units.ts';
import { type Desk, openDesk } from '../platform/people/desk.ts';
import { tokenOf } from '../platform/people/machine.ts';
import { makeWorld, openTestDatabase, siteFile } from '../platform/world.ts';
import { command } from './run.ts';

const who = {
  ...({ kind: 'person', id: 'p', name: 'Ada', operator: true, roles: new Map(), scopes: null } as const),
  from: '127.0.0.1',
};
const CEDAR = FacilityId.parse('cedar');

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let desk: Desk;
beforeAll(async () => {
  database = await openTestDatabase('embedded');
  const world = await makeWorld(database);
  await world.import(siteFile('cedar'));
  desk = await openDesk({ kind: 'embedded', database, world });
  process.env.TIERPHONE_TOKEN = await tokenOf(database.db, 'Auditor', ['trail.read']);
  await database.db.transaction().execute(async (trx) => {
    // More than one piece of the list.
    for (let n = 0; n < 600; n++)
      await leaveTrail(
        trx,
        CEDAR,
        who,
        { what: 'caller.admit', subject: { caller: `c${n}` }, after: { n, é: [n, null] } },
        n as Instant,
      );
    for (let n = 0; n < 2; n++) await leaveTrail(trx, null, who, { what: 'person.invite', why: 'new' }, 1 as Instant);
  });
}, 120_000);
afterAll(async () => {
  delete process.env.TIERPHONE_TOKEN;
  await desk?.close();
  await database?.close();
});

const verify = (...more: string[]) => command(auditCommand(), ['verify', '--url', desk.api.address, ...more]);
const headsIn = (out: string) =>
  out
    .trim()
    .split('\n')
    .flatMap((end) => ['--head', end]);

it('makes every hash anew of what the API tells, and finds a line that was changed, taken out or cut off', async () => {
  const first = await verify();
  expect(first).toMatchObject({
    ...{ code: 0, err: '' },
    out: expect.stringMatching(/^platform:\d+:[0-9a-f]{64}\ncedar:600:[0-9a-f]{64}\n$/),
  });
  expect((await verify(...headsIn(first.out))).code).toBe(0);
  expect((await verify('--head', 'platform:2')).err).toContain('as it was printed, CHAIN:NUMBER:HASH');

  const { db } = database;
  const kept = await db
    .selectFrom('trail')
    .select('hash')
    .where('chain', '=', CEDAR)
    .where('number', '=', 300)
    .executeTakeFirstOrThrow();
  await sql`alter table trail disable trigger all`.execute(db);
  await sql`update trail set what = 'caller.look' where chain = 'cedar' and number = 300`.execute(db);
  expect(await verify()).toMatchObject({
    ...{ code: 1, err: expect.stringContaining('the trail is not whole') },
    out: expect.stringContaining('NOT WHOLE: line 300 is not as it was written'),
  });
  await sql`update trail set what = 'caller.admit' where chain = 'cedar' and number = 300`.execute(db);
  await sql`update trail set hash = ${Buffer.alloc(32)} where chain = 'cedar' and number = 300`.execute(db);
  expect((await verify()).out).toContain('NOT WHOLE: line 301 is not as it was written');
  await sql`update trail set hash = ${kept.hash} where chain = 'cedar' and number = 300`.execute(db);
  await sql`delete from trail where chain = 'cedar' and number = 200`.execute(db);
  expect((await verify()).out).toContain('NOT WHOLE: line 200 is gone');
  await sql`delete from trail where chain = 'cedar'`.execute(db);
  await sql`delete from trail_heads where chain = 'cedar'`.execute(db);
  expect((await verify(...headsIn(first.out))).out).toMatch(
    /cedar:\d+:\S* {2}NOT WHOLE: .*(went up to 600 earlier|was written anew)/,
  );
});

it('says what it wants where nothing names the platform', async () => {
  expect(await command(auditCommand(), ['verify'])).toMatchObject({
    err: expect.stringContaining('--config or --url must name the platform'),
  });
});
