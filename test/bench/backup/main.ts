import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import pg from 'pg';
import { pino } from 'pino';
import { Backups } from '../../../src/platform/backup/backups.ts';
import { makeIdentity } from '../../../src/platform/backup/identity.ts';
import { look, restore, roomFor } from '../../../src/platform/backup/restore.ts';
import { opened } from '../../../src/platform/backup/seal.ts';
import { PlatformConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { importSite } from '../../../src/platform/facilities/import.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import type { Instant } from '../../../src/protocol/units.ts';
import { next } from '../../platform/facilities/county.ts';
import { startPostgres } from '../../platform/postgres.ts';
import { NO_FAULT } from '../../platform/world.ts';

const now = () => Date.now() as Instant;

/** How long it took, in seconds. */
async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const started = performance.now();
  const done = await work();
  return [done, Math.round((performance.now() - started) / 100) / 10];
}

await new Command('npm run bench:backup --')
  .description('Times a backup of many callers and its way back, on PostgreSQL, and tells how large it is; JSON.')
  .option('--callers <number>', '80000 at most', '20000')
  .option('--numbers <number>', 'on the list of each', '10')
  .action(async ({ callers, numbers }: { callers: string; numbers: string }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-bench-'));
    const postgres = await startPostgres();
    const pepper = randomBytes(32);
    for (const name of ['platform', 'pepper']) writeFileSync(join(folder, name), pepper);
    const { text, recipient } = await makeIdentity(new Date());
    const config = PlatformConfig.parse({
      database: { kind: 'postgres', url: postgres.url },
      mqtt: { url: 'mqtt://127.0.0.1' },
      keys: { platform: join(folder, 'platform'), pepper: join(folder, 'pepper') },
      backup: { recipients: [recipient] },
    });
    const file = join(folder, 'backup');
    const { db, close } = await openDatabase(config.database, NO_FAULT);
    try {
      await importSite(db, Site.parse(next('county', Number(callers), Number(numbers))), { pepper, now: now() });
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      const { rows } = await client.query('select pg_database_size(current_database()) as size');
      await client.query('create database elsewhere');
      await client.end();
      const loop = monitorEventLoopDelay({ resolution: 5 });
      loop.enable();
      const backups = new Backups({ db, now, config, file: null, fingerprint: '' }, pino({ level: 'silent' }));
      const [, backup] = await timed(async () => pipeline(await backups.begin(), createWriteStream(file)));
      loop.disable();
      const open = () => opened(createReadStream(file) as AsyncIterable<Uint8Array>, text);
      const [{ manifest }, check] = await timed(() => look(open));
      const url = postgres.url.replace('/postgres?', '/elsewhere?');
      const where = { database: { kind: 'postgres' as const, url, pool: 2 }, files: [] };
      const [restored, back] = await timed(async () =>
        restore(open, where, await roomFor(where, manifest), manifest, now()),
      );
      console.log(
        JSON.stringify({
          ...{ callers: restored.holds.callers, database: Number(rows[0].size), backup: statSync(file).size },
          seconds: { backup, check, restore: back },
          eventLoop: { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 },
          memory: process.resourceUsage().maxRSS * 1024,
        }),
      );
    } finally {
      await close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  })
  .parseAsync();
