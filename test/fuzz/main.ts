import { Command, Option } from 'commander';
import type { Outcome } from './outcome.ts';
import { fuzzRtp } from './rtp.ts';
import { fuzzSdp } from './sdp.ts';
import { fuzzSip } from './sip.ts';

const RUNS = { sip: fuzzSip, sdp: fuzzSdp, rtp: fuzzRtp };

const say = (what: string, { count, longest, heap }: Outcome): string => {
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return `${what}: ${count} survived; longest ${longest.ms.toFixed(0)} ms (from ${longest.from}); heap ${mb(heap.tenth)} MB at a tenth, ${mb(heap.end)} MB at the end`;
};

const program = new Command('node dist/test/fuzz/main.js')
  .description(
    'Broken messages for a real account and for the media of calls. A message is repeated by --seed, --from and --count 1.',
  )
  .option('-s, --seed <number>', 'of all chance', '1')
  .option('-n, --count <number>', 'messages of each kind', '1000000')
  .option('--from <number>', 'leave out the messages before this one', '0')
  .addOption(new Option('--only <kind>', 'one kind').choices(Object.keys(RUNS)))
  .action(async ({ seed, count, from, only }: { seed: string; count: string; from: string; only?: string }) => {
    for (const [what, run] of Object.entries(RUNS)) {
      if (only !== undefined && only !== what) continue;
      let last = 0;
      const progress = (done: number) => {
        last = done;
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what} ${done} of ${count}`);
      };
      try {
        const outcome = await run({ seed: Number(seed), count: Number(count), from: Number(from), progress });
        console.log(say(what, outcome));
      } catch (cause) {
        console.error(`${what}: broke after about message ${Number(from) + last} of seed ${seed}`);
        throw cause;
      }
    }
  });
await program.parseAsync();
