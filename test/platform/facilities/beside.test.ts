import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { hasMosquitto } from '../../terminal/fleet/brokers.ts';
import { hasPostgres } from '../postgres.ts';
import { audit } from '../world.ts';
import { type Calling, FACILITY, openCalling } from './calling.ts';
import { before, next, PHONES } from './county.ts';

const CALLERS = 20_000;

const has = hasPostgres && hasMosquitto && existsSync(join(packageRoot(), 'dist/src/cli/main.js'));

describe.skipIf(!has)(
  'a file that comes in beside a running platform (needs postgresql, mosquitto, npm run build)',
  () => {
    let calling: Calling;
    beforeAll(async () => {
      calling = await openCalling(before(FACILITY), 300);
    }, 180_000);
    afterAll(() => calling?.close());

    const callers = async (): Promise<number> => {
      const { db } = calling.database;
      const { n } = await db
        .selectFrom('callers')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(n);
    };
    /** Takes the connection from a file that is being written. False where none is. */
    const cutOff = async (): Promise<boolean> => {
      const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'tierphone-site-file' and backend_xid is not null`.execute(calling.database.db);
      return rows.length > 0;
    };
    const imported = async (site: Parameters<Calling['import']>[0]): Promise<unknown> => {
      const program = calling.import(site);
      expect(await program.ended(), program.lines.join('\n')).toBe(0);
      return JSON.parse(program.lines.at(-1) ?? '');
    };

    it('refuses no call that both files allow and allows none that both refuse, cut off in the middle and done again', async () => {
      const file = next(FACILITY, CALLERS - PHONES, 1);
      const coming = calling.import(file);
      while (coming.running && !(await cutOff())) await pause(20);
      expect(await callers()).toBe(PHONES);
      expect(await coming.ended(), coming.lines.join('\n')).toBe(0);
      expect(JSON.parse(coming.lines.at(-1) ?? '')).toMatchObject({ facility: FACILITY, done: true });
      // With him whose PIN was handed on.
      expect(await callers()).toBe(CALLERS + 1);
      expect(await imported(file)).toMatchObject({ changes: [] });
      // And all the way back: twenty thousand go.
      await imported(before(FACILITY));
      expect(await imported(before(FACILITY))).toMatchObject({ changes: [] });
      await calling.rest();
      const { wrong, overtaken, took } = calling.heard();
      expect(wrong).toEqual([]);
      // Once when the PIN went to another, once when it came back, if he was between PIN and number just then.
      expect(overtaken.length).toBeLessThanOrEqual(2);
      expect(took.length).toBeGreaterThan(200);
      // It was not thrown off the broker, nor was anything else the matter: it has told its first link, and no more.
      expect(calling.platform.lines).toEqual([expect.stringContaining('nobody runs this platform yet')]);
      await audit(calling.database);
    }, 600_000);
  },
);
