import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { Judge } from '../../src/platform/callers/voiceprints/judge.ts';
import { shippedBackends, shippedCalibration } from '../../src/platform/callers/voiceprints/shipped.ts';
import { voiceId } from '../../src/terminal/voice-id/engine.ts';
import { Random } from '../terminal/call/random.ts';
import { attack } from './attacks.ts';
import { calibrate } from './calibrate.ts';
import { compare } from './compare.ts';
import { CONDITIONS, WORDS } from './conditions.ts';
import { speakersOf } from './data.ts';
import { synthesised } from './engines.ts';
import { type Heard, hearAll } from './heard.ts';
import { plan } from './plan.ts';
import { readersOf } from './prompted.ts';
import { table, tableOfTried } from './table.ts';

interface Options {
  speakers?: string;
  rounds: string;
  seed: string;
  rate: string;
  folds?: string;
  calibrate?: string;
  heard?: string;
  attacks?: true;
  json?: true;
}

/** Of synthetic voices among each other. */
const KEPT = /himself$|a stranger$|other digits$/;

const program = new Command('npm run voice-id --')
  .description(
    'How well voices are told apart: equal error rate with its 95% interval, misses and false accepts at a threshold that was set before, and what the likelihood ratios are worth.',
  )
  .argument(
    '<data>',
    'a folder, or a tar of one, with a folder for each person and in it a FLAC or WAV (16 kHz, mono) for each word',
  )
  .option('-s, --speakers <number>', 'only so many people, for a quick look')
  .option('-r, --rounds <number>', 'times each person enrols and is verified, with other words each time', '4')
  .option('--seed <number>', 'of all chance', '1')
  .option('--rate <part>', 'of false accepts for which the threshold is set', '0.01')
  .option(
    '-f, --folds <number>',
    'calibrate on these data themselves: so many times, each on people who are not tried by it',
  )
  .option('--calibrate <file>', 'write a calibration made of all of the data; nothing is tried')
  .option('--heard <file>', 'keep there what the engine heard, or take it from there: the judge alone is tried again')
  .option(
    '--attacks',
    'try instead what somebody could who wants to pass for another, by the calibration that is shipped',
  )
  .option('--json', 'print JSON')
  .action(async (data: string, options: Options) => {
    if (options.attacks) return await attacks(data, options);
    const heard = await listen(data, options);
    const sets = CONDITIONS.map(({ name }) => ({ name, heard: heard.get(name) ?? [] })).filter(
      (set) => set.heard.length > 0,
    );
    const backends = shippedBackends();
    if (options.calibrate !== undefined) {
      const people = new Set(sets.flatMap((set) => set.heard.map(({ speaker }) => speaker))).size;
      const madeOf = `${people} people, ${sets.map(({ name }) => name).join('; ')}`;
      const made = calibrate(
        sets.map((set) => set.heard),
        backends,
        madeOf,
      );
      writeFileSync(options.calibrate, `${JSON.stringify(made)}\n`);
      return;
    }
    const how = options.folds === undefined ? shippedCalibration() : Number(options.folds);
    const lines = compare(sets, backends, how, Number(options.rate), Number(options.seed));
    console.log(options.json ? JSON.stringify(lines) : table(lines, Number(options.rate)));
  });
await program.parseAsync();

async function listen(data: string, options: Options): Promise<Map<string, Heard[]>> {
  if (options.heard !== undefined && existsSync(options.heard))
    return new Map(JSON.parse(readFileSync(options.heard, 'utf8')) as [string, Heard[]][]);
  const all = await speakersOf(data);
  const speakers = all.slice(0, options.speakers === undefined ? all.length : Number(options.speakers));
  const rounds = plan(speakers, Number(options.rounds), WORDS, Number(options.seed));
  if (rounds.length === 0) throw new Error(`${data}: nobody has the ${WORDS + 6} words that a round takes`);
  const engine = voiceId();
  try {
    const seed = Number(options.seed);
    const heard = await hearAll({ engine, speakers, rounds, conditions: CONDITIONS, seed, progress: bar });
    const named = [...heard].map(([{ name }, set]): [string, Heard[]] => [name, set]);
    if (options.heard !== undefined) writeFileSync(options.heard, JSON.stringify(named));
    return new Map(named);
  } finally {
    await engine.close();
  }
}

async function attacks(data: string, { seed, rate, rounds, json }: Options): Promise<void> {
  const random = new Random(Number(seed));
  const people = await speakersOf(data);
  const engines = synthesised(random);
  const engine = voiceId();
  try {
    const judge = new Judge(shippedBackends(), shippedCalibration());
    const attacking = { engine, judge, random, rate: Number(rate), speakers: people };
    const times = Array.from({ length: Number(rounds) });
    const readers = times.flatMap(() => readersOf(people, random));
    const synthetic = readersOf(engines, random);
    if (readers.length === 0) throw new Error(`${data}: nobody has ten words, each three times`);
    const tried = [...(await attack(attacking, readers))];
    if (synthetic.length > 1) {
      const strangers = await attack(attacking, readers, synthetic);
      tried.push(
        ...strangers.filter(({ what }) => what === 'a stranger').map((one) => ({ ...one, what: 'a synthetic voice' })),
      );
      const each = await attack(attacking, synthetic);
      tried.push(
        ...each.filter(({ what }) => KEPT.test(what)).map((one) => ({ ...one, what: `synthetic: ${one.what}` })),
      );
    }
    console.log(json ? JSON.stringify(tried) : tableOfTried(tried));
  } finally {
    await engine.close();
  }
}

function bar(part: number): void {
  if (!process.stderr.isTTY) return;
  const full = Math.round(40 * part);
  process.stderr.write(
    part === 1 ? '\r\x1b[K' : `\r[${'#'.repeat(full)}${' '.repeat(40 - full)}] ${Math.round(100 * part)}%`,
  );
}
