import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Logger } from 'pino';
import { beside, FileError, readYaml } from '../src/cli/file.ts';
import { openLog } from '../src/cli/log.ts';
import { endWithReader } from '../src/cli/pipe.ts';
import { untilStopped } from '../src/cli/service.ts';
import { VoiceRules } from '../src/platform/callers/voiceprints/rules.ts';
import { clearDatabase, databaseUrl } from '../src/platform/database/url.ts';
import { refuseClearText } from '../src/protocol/clear.ts';
import { inWords } from '../src/protocol/words.ts';
import { canServe, servePage } from './page/server.ts';
import { makeDatabase } from './scenarios/database.ts';
import { timelineLine, verdictLines } from './scenarios/print.ts';
import { runScenario } from './scenarios/run.ts';
import { Scenario } from './scenarios/scenario.ts';
import type { Voices } from './world/voices.ts';
import { openWorld } from './world/world.ts';

interface Options {
  readonly port: number;
  readonly controlRoom?: number;
  readonly data: string;
  readonly postgres?: string;
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

/** One is known by her voice, one is asked to enrol; of the others nothing is asked. */
const VOICES: Voices = {
  facility: VoiceRules.parse({ enrol: 'asked', refused: 'refuse', unjudged: 'flag', watch: { act: 'none' } }),
  enrolled: ['maria'],
  asked: ['james'],
};

const HOST = '127.0.0.1';
const LAST_PORT = 65_535;
const DOORS = [
  ['the phone', '#/phone'],
  ['the called party', '#/called-party'],
  ['both', '#/both'],
  ['the control room', 'control-room'],
] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** Starts the world and its page, and says where it is. */
async function openPage(
  { data, port, controlRoom, postgres }: Options,
  log: Logger,
): Promise<{ close(): Promise<void> }> {
  // Looked at first: whoever has to choose another port should know before the world is built.
  const free = await canServe(HOST, port);
  const httpPort = await canServe(HOST, controlRoom ?? (port === 0 || port === LAST_PORT ? 0 : port + 1));
  console.log(
    'Starting broker, platform, called party and terminal; the first time takes longer, as keys and database are made.',
  );
  const world = await openWorld({
    ...{ folder: resolve(data), log, voices: VOICES, neighbours: true, httpPort },
    ...(postgres !== undefined && { postgres }),
  });
  try {
    const page = await servePage(world, { host: HOST, port: free });
    console.log(`\n  The doors are at ${page.url}\n`);
    for (const [door, path] of DOORS) console.log(`    ${door.padEnd(16)}  ${page.url}${path}`);
    console.log('\n  Lift the handset, then key');
    for (const { name, pin, number, note } of world.tryThis) {
      const keys = pin ? `PIN ${pin}, number ${number} #` : number;
      console.log(`    ${keys.padEnd(34)}  ${name}${note ? ` (${note})` : ''}`);
    }
    console.log('\n  Ctrl-C ends it; what happened is kept in', resolve(data), '\n');
    return { close: () => page.close().finally(world.close) };
  } catch (error) {
    await world.close();
    throw error;
  }
}

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
      return untilStopped(openPage(options, log), log);
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
