import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { auditCommand } from '../../src/cli/audit.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { leaveTrail } from '../../src/platform/people/trail.ts';
import { FacilityId, type Instant } from '../../src/protocol/units.ts';
import { NO_FAULT } from '../platform/world.ts';
import { command } from './run.ts';

const who = {
  ...({ kind: 'person', id: 'p', name: 'Ada', operator: true, roles: new Map(), scopes: null } as const),
  from: '127.0.0.1',
};

it('prints where each chain ends, and ends with 1 where one is not whole or an earlier end is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'platform.yaml');
  writeFileSync(
    config,
    `database: { kind: embedded, folder: ${join(folder, 'db')} }\nmqtt: { url: "mqtt://127.0.0.1" }\nkeys: { platform: k, pepper: p }\n`,
  );
  const within = async (work: Parameters<typeof write>[0]) => write(work, join(folder, 'db'));
  await within(async (trx) => {
    for (const chain of [null, null, FacilityId.parse('cedar')])
      await leaveTrail(trx, chain, who, { what: 'person.invite' }, 1 as Instant);
  });
  const verify = (...more: string[]) => command(auditCommand(), ['verify', '--config', config, ...more]);
  const first = await verify();
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^platform:2:[0-9a-f]{64}\ncedar:1:[0-9a-f]{64}\n$/),
  });
  const heads = first.out
    .trim()
    .split('\n')
    .flatMap((end) => ['--head', end]);
  expect((await verify(...heads)).code).toBe(0);
  await within(async (trx) => {
    await sql`alter table trail disable trigger all`.execute(trx);
    await sql`delete from trail where chain = '' and number = 2`.execute(trx);
    await sql`update trail_heads h set number = 1, hash = t.hash from trail t where h.chain = '' and t.chain = ''`.execute(
      trx,
    );
    await sql`update trail set what = 'nothing' where chain = 'cedar'`.execute(trx);
  });
  expect(await verify(...heads)).toMatchObject({
    code: 1,
    err: expect.stringContaining('the trail is not whole'),
    out: expect.stringMatching(
      /^platform:1:.*NOT WHOLE: .* went up to 2 earlier.*\ncedar:0:.*NOT WHOLE: line 1 is not/,
    ),
  });
  expect((await verify('--head', 'platform:2')).err).toContain('as it was printed, CHAIN:NUMBER:HASH');
});

async function write(work: (trx: Parameters<typeof leaveTrail>[0]) => Promise<void>, folder: string): Promise<void> {
  const { db, close } = await openDatabase({ kind: 'embedded', folder }, NO_FAULT);
  await db.transaction().execute(work);
  await close();
}
