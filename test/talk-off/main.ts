import { Command } from 'commander';
import { Random } from '../terminal/call/random.ts';
import { CASES } from './cases.ts';
import { ours } from './ours.ts';
import { openSpandsp } from './spandsp.ts';
import { voices } from './speech.ts';
import { type Row, sweep } from './sweep.ts';
import { sweepTable, talkTable } from './table.ts';
import { played, type Talk, talk, WAYS } from './talk.ts';

interface Options {
  trials: string;
  seed: string;
  played?: string[];
  json?: true;
}

const program = new Command('node dist/test/talk-off/main.js')
  .description(
    'Our DTMF detector and spandsp on the same sound: the limits of ITU-T Q.24, and speech without a key in it.',
  )
  .option('-n, --trials <number>', 'trials of each case', '1600')
  .option('-s, --seed <number>', 'of all chance', '1')
  .option('--played <rates...>', 'speech also this many times as fast, as 0.9 1.1')
  .option('--json', 'print JSON, with every false hit')
  .action(async ({ trials, seed, json, played: rates = [] }: Options) => {
    const spandsp = openSpandsp();
    const detectors = [ours, spandsp.detect];
    const progress = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);
    try {
      const rows: Row[] = [];
      for (const one of CASES) {
        progress(one.name);
        rows.push(await sweep(one, detectors, Number(trials), Number(seed)));
      }
      const talks: Talk[] = [];
      for (const way of [...WAYS, ...rates.map((rate) => played(Number(rate)))]) {
        for (const voice of voices()) {
          progress(`${voice.name}, ${way.name}`);
          talks.push(await talk(voice, way, detectors, new Random(Number(seed))));
        }
      }
      progress('');
      if (json) console.log(JSON.stringify({ rows, talks }));
      else {
        const costs = detectors.map(
          (_, n) => talks.reduce((sum, { costs }) => sum + (costs[n] ?? 0), 0) / talks.length,
        );
        console.log(`${sweepTable(rows)}\n\n${talkTable(talks)}\n`);
        console.log(`Processor time of 20 ms: ${costs.map((cost) => `${cost.toFixed(1)} us`).join(', ')}`);
      }
    } finally {
      spandsp.close();
    }
  });
await program.parseAsync();
