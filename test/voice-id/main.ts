import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { shippedBackends, shippedCalibration } from '../../src/platform/callers/voiceprints/shipped.ts';
import { voiceId } from '../../src/terminal/voice-id/engine.ts';
import { calibrate } from './calibrate.ts';
import { compare } from './compare.ts';
import { CONDITIONS, WORDS } from './conditions.ts';
import { speakersOf } from './data.ts';
import { type Heard, hearAll } from './heard.ts';
import { plan } from './plan.ts';
import { table } from './table.ts';

interface Options {
  speakers?: string;
  rounds: string;
  seed: string;
  rate: string;
  folds?: string;
  calibrate?: string;
  heard?: string;
  json?: true;
}

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
  .option('--json', 'print JSON')
  .action(async (data: string, options: Options) => {
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

function bar(part: number): void {
  if (!process.stderr.isTTY) return;
  const full = Math.round(40 * part);
  process.stderr.write(
    part === 1 ? '\r\x1b[K' : `\r[${'#'.repeat(full)}${' '.repeat(40 - full)}] ${Math.round(100 * part)}%`,
  );
}
