import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { FileError, readYaml } from '../src/cli/file.ts';
import { openLog } from '../src/cli/log.ts';
import { untilStopped } from '../src/cli/service.ts';
import { servePage } from './page/server.ts';
import { timelineLine, verdictLines } from './scenarios/print.ts';
import { runScenario } from './scenarios/run.ts';
import { Scenario } from './scenarios/scenario.ts';
import { openWorld } from './world/world.ts';

interface Options {
  readonly port: string;
  readonly data: string;
  readonly postgres?: string;
  readonly script?: string[];
  readonly json?: true;
  readonly log: string;
}

/** Plays one scenario in a world of its own. */
async function play(file: string, { json, postgres, log: level }: Options): Promise<boolean> {
  const scenario = readYaml(file, Scenario);
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-'));
  const log = openLog(level);
  const world = await openWorld({
    folder,
    log,
    call: scenario.call,
    ...(scenario.balance !== undefined && { balance: scenario.balance }),
    ...(postgres !== undefined && { postgres }),
  });
  try {
    if (!json) console.log(`\n${scenario.name}  (${file})`);
    const verdict = await runScenario(scenario, world, (entry) => {
      if (!json) console.log(timelineLine(entry));
    });
    console.log(json ? JSON.stringify({ file, ...verdict }) : verdictLines(verdict));
    return verdict.difference === null;
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Serves the phone as a page until stopped. */
async function serve({ data, port, postgres, log: level }: Options): Promise<void> {
  const log = openLog(level);
  console.log(
    'Starting broker, platform, called party and terminal; the first time takes longer, as keys and database are made.',
  );
  const world = await openWorld({ folder: resolve(data), log, ...(postgres !== undefined && { postgres }) });
  try {
    const page = await servePage(world, { host: '127.0.0.1', port: Number(port) });
    console.log(`\n  The phone is at ${page.url}\n`);
    console.log('  Lift the handset, then key');
    for (const { name, pin, number, note } of world.tryThis) {
      const keys = pin ? `PIN ${pin}, number ${number} #` : number;
      console.log(`    ${keys.padEnd(34)}  ${name}${note ? ` (${note})` : ''}`);
    }
    console.log('\n  Ctrl-C ends it; what happened is kept in', resolve(data), '\n');
    await untilStopped({ close: page.close }, log);
  } finally {
    await world.close();
  }
}

const program = new Command('npm start --')
  .description('A whole terminal on simulated hardware, with broker, platform and called party, on loopback.')
  .option('-p, --port <number>', 'port of the page; 0 takes a free one', '8080')
  .option('-d, --data <folder>', 'where keys, accounts and records are kept', 'data')
  .option('--postgres <url>', 'use this PostgreSQL in place of the embedded database')
  .option('-s, --script <file...>', 'no page: play scenario files, print what happens; exit 1 at a difference')
  .option('--json', 'with --script: one JSON object a scenario')
  .option('--log <level>', 'debug, info, warn, error or silent', 'warn')
  .action(async (options: Options) => {
    if (!options.script) return serve(options);
    let good = true;
    for (const file of options.script) good = (await play(file, options)) && good;
    process.exitCode = good ? 0 : 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`tierphone: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof FileError ? 2 : 1);
}
