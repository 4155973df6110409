import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { SiteReport } from '../../../src/protocol/api/site.ts';
import { FACILITY, openCalling } from '../../platform/facilities/calling.ts';
import { before, next, PHONES } from '../../platform/facilities/county.ts';
import type { SiteFile } from '../../platform/world.ts';
import { type Samples, summarise, table } from '../samples.ts';

/** No answer may take longer while a file comes in, ms. */
const LIMIT = 500;

/** What phones are answered beside nothing, before a file comes in, ms. */
const QUIET = 10_000;

interface Flags {
  readonly callers: string;
  readonly numbers: string;
  readonly every: string;
  readonly json?: true;
}

const program = new Command('npm run bench:import --')
  .description(
    `Times answers to phones while a file comes in beside a running platform, on PostgreSQL and Mosquitto: none may take longer than ${LIMIT} ms.`,
  )
  .option('--callers <number>', 'in the file, 80000 at most', '20000')
  .option('--numbers <number>', 'on the list of each', '10')
  .option('--every <ms>', 'between two calls of a phone', '500')
  .option('--json', 'print JSON, with every sample')
  .action(async ({ callers, numbers, every, json }: Flags) => {
    const calling = await openCalling(before(FACILITY), Number(every));
    const samples: Samples[] = [];
    const wrong: string[] = [];
    const imports: unknown[] = [];
    const hear = (name: string) => {
      const heard = calling.heard();
      wrong.push(...heard.wrong);
      samples.push({ name, unit: 'ms', values: heard.took, target: null });
    };
    const bring = async (name: string, site: SiteFile) => {
      const started = performance.now();
      const coming = calling.import(site);
      if ((await coming.ended()) !== 0) throw new Error(coming.lines.join('\n'));
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      const { changes } = SiteReport.parse(JSON.parse(coming.lines.at(-1) ?? ''));
      imports.push({ name, seconds, changes: changes.map(({ first: _, ...counts }) => counts) });
      hear(name);
    };
    try {
      calling.heard();
      await pause(QUIET);
      hear('nothing comes in');
      const file = next(FACILITY, Number(callers) - PHONES, Number(numbers));
      await bring('all is new', file);
      await bring('nothing is new', file);
      await bring('all of it goes', before(FACILITY));
    } finally {
      await calling.close();
    }
    const summaries = samples.map(summarise);
    if (json) console.log(JSON.stringify({ summaries, imports, wrong, samples }));
    else
      console.log(
        [table(summaries), ...imports.map((one) => JSON.stringify(one)), `wrong: ${wrong.length}`].join('\n'),
      );
    process.exitCode = wrong.length > 0 || summaries.some(({ max }) => max > LIMIT) ? 1 : 0;
  });
await program.parseAsync();
