import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { beside, FileError, readYaml } from '../src/cli/file.ts';
import { openLog } from '../src/cli/log.ts';
import { endWithReader } from '../src/cli/pipe.ts';
import { untilStopped } from '../src/cli/service.ts';
import { clearDatabase, databaseUrl } from '../src/platform/database/url.ts';
import { refuseClearText } from '../src/protocol/clear.ts';
import { inWords } from '../src/protocol/words.ts';
import { type Demonstration, DOORS, HOST, LAST_PORT, openDemonstration } from './demonstration.ts';
import { makeDatabase } from './scenarios/database.ts';
import { timelineLine, verdictLines } from './scenarios/print.ts';
import { runScenario } from './scenarios/run.ts';
import { Scenario } from './scenarios/scenario.ts';
import { openWorld } from './world/world.ts';

interface Options extends Demonstration {
  readonly script?: string[];
  readonly json?: true;
  readonly log: string;
}

/** Plays one scenario in a world of its own. */
async function play(file: string, { json, postgres, log: level }: Options): Promise<boolean> {
  const written = readYaml(file, Scenario);
  const steps = written.steps.map((step) =>
    typeof step === 'object' && 'say' in step ? { say: beside(resolve(file), step.say) } : step,
  );
  const scenario = { ...written, steps };
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-'));
  const log = openLog(level);
  // One database a scenario: the calls of the one before are none of this one's.
  const database = postgres === undefined ? null : await makeDatabase(postgres);
  try {
    const { call, balance, voices } = scenario;
    const world = await openWorld({
      ...{ folder, log, call },
      ...(balance !== undefined && { balance }),
      ...(voices !== undefined && { voices }),
      ...(database !== null && { postgres: database.url }),
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
    }
  } finally {
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= LAST_PORT) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535.');
}

const Postgres = databaseUrl('PGPASSWORD in the environment').superRefine(
  refuseClearText((url) => clearDatabase({ url }, [], 'take a server on this machine')),
);

/** Not while options are read: commander repeats a value that is refused there, and a password with it. */
function mustBeUsable(postgres: string | undefined): void {
  const problem = Postgres.optional().safeParse(postgres, { error: inWords }).error?.issues[0];
  if (problem) program.error(`error: --postgres: ${problem.message}`, { exitCode: 2 });
}

const program = new Command('npm start --')
  .description('A whole terminal on simulated hardware, with broker, platform and called party, on loopback.')
  .addHelpText(
    'after',
    `\nIt opens on a page with doors, http://${HOST}:8080/ unless told otherwise:\n${DOORS.map(([door, path]) => `  ${door.padEnd(16)}  ${path}`).join('\n')}`,
  )
  .option('-p, --port <number>', 'port of the page; 0 takes a free one', portOf, 8_080)
  .option('--control-room <port>', "port of the control room; without it the one after the page's", portOf)
  .option('-d, --data <folder>', 'where keys, accounts and records are kept', 'data')
  .option('--postgres <url>', 'use this PostgreSQL in place of the embedded database')
  .option('-s, --script <file...>', 'no page: play scenario files, print what happens; exit 1 at a difference')
  .option('--json', 'with --script: one JSON object a scenario')
  .addOption(new Option('--log <level>', 'what is logged').choices(LOG_LEVELS).default('warn'))
  .action(async (options: Options) => {
    mustBeUsable(options.postgres);
    if (!options.script) {
      if (options.json)
        program.error('error: --json goes with --script FILE: without it there is a page and nothing to print', {
          exitCode: 2,
        });
      const log = openLog(options.log);
      return untilStopped(openDemonstration(options, log), log);
    }
    let good = true;
    for (const file of options.script) good = (await play(file, options)) && good;
    process.exitCode = good ? 0 : 1;
  });

endWithReader();
try {
  await program.parseAsync();
} catch (error) {
  console.error(`tierphone: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof FileError ? 2 : 1);
}
