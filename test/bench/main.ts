import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openWorld } from '../../sim/world/world.ts';
import { openLog } from '../../src/cli/log.ts';
import type { Money } from '../../src/protocol/units.ts';
import { benchCalls } from './calls.ts';
import { benchMedia } from './media.ts';
import { summarise, table } from './samples.ts';

const program = new Command('npm run bench --')
  .description('Times what people wait for: p50, p99 and n of each, beside its target.')
  .option('-n, --calls <number>', 'calls to make', '200')
  .option('--postgres <url>', 'use this PostgreSQL in place of the embedded database')
  .option('--json', 'print JSON, with every sample')
  .action(async ({ calls, json, postgres }: { calls: string; json?: true; postgres?: string }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-bench-'));
    const balance = 1_000_000_000 as Money;
    const world = await openWorld({
      folder,
      log: openLog('error'),
      balance,
      ...(postgres !== undefined && { postgres }),
    });
    try {
      const samples = await benchCalls(world, Number(calls), (done) => {
        if (process.stderr.isTTY) process.stderr.write(`\rcall ${done} of ${calls} `);
      });
      samples.push(...(await benchMedia()));
      const summaries = samples.map(summarise);
      console.log(json ? JSON.stringify({ summaries, samples }) : `\n${table(summaries)}`);
    } finally {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
await program.parseAsync();
