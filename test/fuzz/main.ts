import { Command, Option } from 'commander';
import { fuzzDialogs } from './dialogs.ts';
import type { Outcome } from './outcome.ts';
import { fuzzRtp } from './rtp.ts';
import { fuzzSdp } from './sdp.ts';
import { fuzzSip } from './sip.ts';

/** What is run, and how many messages, or calls, where it is not said: some ten minutes each. */
const RUNS = {
  sip: { run: fuzzSip, most: 1_000_000 },
  dialogs: { run: fuzzDialogs, most: 50_000 },
  sdp: { run: fuzzSdp, most: 1_000_000 },
  rtp: { run: fuzzRtp, most: 1_000_000 },
};

const say = (what: string, { count, longest, heap }: Outcome): string => {
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return `${what}: ${count} survived; longest ${longest.ms.toFixed(0)} ms (from ${longest.from}); heap ${mb(heap.tenth)} MB at a tenth, ${mb(heap.end)} MB at the end`;
};

const program = new Command('node dist/test/fuzz/main.js')
  .description(
    'Broken messages for a real account and for the media of calls. A message is repeated by --seed, --from and --count 1.',
  )
  .option('-s, --seed <number>', 'of all chance', '1')
  .option('-n, --count <number>', 'messages of each kind; 10^6, and 50,000 calls, where not given')
  .option('--from <number>', 'leave out the messages before this one', '0')
  .addOption(new Option('--only <kind>', 'one kind').choices(Object.keys(RUNS)))
  .action(async ({ seed, count: given, from, only }: { seed: string; count?: string; from: string; only?: string }) => {
    for (const [what, { run, most }] of Object.entries(RUNS)) {
      if (only !== undefined && only !== what) continue;
      const count = Number(given ?? most);
      let last = 0;
      const progress = (done: number) => {
        last = done;
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what} ${done} of ${count}`);
      };
      try {
        const outcome = await run({ seed: Number(seed), count, from: Number(from), progress });
        console.log(say(what, outcome));
      } catch (cause) {
        console.error(`${what}: broke after about message ${Number(from) + last} of seed ${seed}`);
        throw cause;
      }
    }
  });
await program.parseAsync();
