import { Command } from 'commander';
import { verdict } from '../process/ledger.ts';
import { pullThePlug } from './plug.ts';

const program = new Command('npm run hil:plug --')
  .description(
    'Pulls the plug of an emulated phone at random instants of calls, then audits records, lockdowns and books.',
  )
  .argument('[pulls]', 'how often', '200')
  .option('--seed <number>', 'the same seed pulls at the same moments', String(Date.now() % 1_000_000))
  .option('--alone', "the unit's command alone, without systemd: twice as many pulls an hour", false)
  .action(async (pulls: string, { seed, alone }: { seed: string; alone: boolean }) => {
    console.log(`seed ${seed}`);
    const started = Date.now();
    let stopped = false;
    process.once('SIGINT', () => {
      stopped = true;
      console.error('\none more start, then the audit; ^C again ends at once');
    });
    const goOn = (done: number) => {
      const each = (Date.now() - started) / done;
      const left = Math.round(((Number(pulls) - done) * each) / 60_000);
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${pulls}, about ${left} minutes to go `);
      else console.log(`${done} of ${pulls}, about ${left} minutes to go`);
      return !stopped;
    };
    const outcome = await pullThePlug(Number(pulls), Number(seed), { alone, goOn });
    const { bench, wrongLockdowns, ready } = outcome;
    const calls = bench.outside.callsSeen.size;
    const books = await verdict(bench.outside);
    const sorted = [...ready].sort((a, b) => a - b);
    const seconds = { least: sorted[0], median: sorted[sorted.length >> 1], most: sorted.at(-1) };
    console.log(
      JSON.stringify(
        { pulls: outcome.pulls, calls, wrongLockdowns, ...books, secondsFromKernelToReady: seconds },
        null,
        2,
      ),
    );
    await bench.close();
    const wrong = [...wrongLockdowns, ...books.missing, ...books.twice, ...books.wrongBalances];
    process.exit(wrong.length || books.held || books.postings ? 1 : 0);
  });
await program.parseAsync();
