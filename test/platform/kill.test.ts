import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sweep } from '../../src/platform/calls/sweep.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { Stored } from './kill-child.ts';
import { audit, makeWorld, NO_FAULT } from './world.ts';

const CHILD = join(packageRoot(), 'dist/test/platform/kill-child.js');
const KILLS = 3;

/** Runs the compiled program and kills it at some moment after `lines` records: gives all it said were stored. */
async function runAndKill(folder: string, lines: number): Promise<Stored[]> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const stored: Stored[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    stored.push(JSON.parse(line) as Stored);
    if (stored.length === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 20);
  }
  await gone;
  return stored;
}

describe.skipIf(!existsSync(CHILD))('the embedded database, compiled (npm run build)', () => {
  it('has every record it confirmed, and its books in order, after it was killed in the middle of its work', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-kill-'));
    onTestFinished(() => {
      for (const made of [folder, `${folder}-phone`]) rmSync(made, { recursive: true, force: true });
    });
    const stored: Stored[] = [];
    // The next run takes over the lock the one before could not give back.
    for (let kill = 0; kill < KILLS; kill++) stored.push(...(await runAndKill(folder, 5 + kill)));
    const database = await openDatabase({ kind: 'embedded', folder }, NO_FAULT);
    const world = await makeWorld(database);
    await audit(database);
    for (const { call, talked } of stored) {
      const { db } = database;
      const row = await db
        .selectFrom('records')
        .select('talked')
        .where('call', '=', call as never)
        .executeTakeFirst();
      expect(row).toEqual({ talked });
    }
    world.pass(601_000);
    await sweep(world.control);
    for (const { held } of (await audit(database)).values()) expect(held).toBe(0);
    await database.close();
  }, 300_000);
});
