import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { verifyResult } from '../protocol/attest.ts';
import { TerminalPrivateKey } from '../protocol/keys.ts';
import { PARTS, Part, type SelfTestResult } from '../protocol/self-test.ts';
import { KeptResults, resultsFile } from '../terminal/bench/results.ts';
import { UNATTENDED } from '../terminal/bench/test/step.ts';
import { TerminalConfig } from '../terminal/config.ts';
import { readDocument } from '../terminal/storage/document.ts';
import { keyFile } from '../terminal/storage/key.ts';
import { openBenchLine } from './bench/line.ts';
import { asJson, asLines, onScreen, type Show } from './bench/show.ts';
import { resultLine, verdictLines } from './bench/words.ts';
import { beside, readYaml } from './file.ts';
import { hands } from './hands.ts';
import { print, printJson } from './print.ts';
import { strict } from './usage.ts';

interface Flags {
  readonly config: string;
  readonly parts?: Part[];
  readonly unattended?: true;
  readonly last?: true;
  readonly json?: true;
}

/** Where a terminal is configured on a phone. */
export const CONFIG = '/etc/tierphone/terminal.yaml';

/** A list of parts, as `keys,hook`. */
export function partsOf(text: string): Part[] {
  const named = text.split(',').map((name) => name.trim());
  const wrong = named.find((name) => !(PARTS as readonly string[]).includes(name));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`no part is called "${wrong}"; there are ${PARTS.join(', ')}`);
  return named.map((name) => Part.parse(name));
}

/** `tierphone selftest`: every part of the phone, tried out live. */
export function selftestCommand(): Command {
  const command = new Command('selftest')
    .description(
      'Try out every part of the phone that runs on this machine, with somebody at it. No call can be made meanwhile.',
    )
    .option('-c, --config <file>', "the terminal's configuration (YAML)", CONFIG)
    .option('-p, --parts <list>', `only these: ${PARTS.join(',')}`, partsOf)
    .addOption(new Option('-u, --unattended', 'only what needs nobody at the phone').conflicts('parts'))
    .addOption(new Option('--last', 'print the last result and check its signature').conflicts(['parts', 'unattended']))
    .option('--json', 'print lines of JSON')
    .action(async (flags: Flags) => {
      const folder = dataFolder(flags.config);
      const result = flags.last ? await last(folder, flags) : await test(folder, flags);
      if (result.verdict !== 'passed') process.exit(1);
    });
  return strict(command);
}

/** The data folder that a terminal's configuration names. @throws FileError */
function dataFolder(config: string): string {
  const path = resolve(config);
  return beside(path, readYaml(path, TerminalConfig).data);
}

async function last(folder: string, { json }: Flags): Promise<SelfTestResult> {
  const kept = await readDocument(resultsFile(folder), KeptResults);
  const jws = kept?.at(-1)?.jws;
  if (jws === undefined) throw new Error('no self-test was made on this phone yet: tierphone selftest');
  const own = await readDocument(keyFile(folder), TerminalPrivateKey);
  const { result, key } = await verifyResult(jws, own ?? undefined);
  if (json) printJson({ type: 'result', result, jws });
  else {
    print(`terminal ${result.terminal} of ${result.facility}, ${result.board}, version ${result.version}`);
    print(`${new Date(result.ended).toISOString()}, by ${result.by}, signed with key ${key.kid}`);
    for (const part of result.results) print(resultLine(part));
    for (const line of verdictLines(result)) print(line);
  }
  return result;
}

async function test(folder: string, { parts, unattended, json }: Flags): Promise<SelfTestResult> {
  const line = await openBenchLine(folder);
  const show: Show = json ? asJson() : process.stdout.isTTY ? onScreen() : asLines(print);
  const release = hands((word) =>
    line.say(word === 'yes' || word === 'no' ? { type: 'answer', yes: word === 'yes' } : { type: word }),
  );
  try {
    line.say({ type: 'start', parts: [...(parts ?? (unattended ? UNATTENDED : PARTS))] });
    for await (const told of line.told) {
      if (told.type === 'progress') show.progress(told.progress);
      if (told.type === 'refused') throw new Error(told.reason);
      if (told.type !== 'result') continue;
      show.result(told.result, told.jws);
      return told.result;
    }
    throw new Error('the terminal has gone away: `tierphone doctor` tells why');
  } finally {
    release();
    line.close();
  }
}
