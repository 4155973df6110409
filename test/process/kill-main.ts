import { Command } from 'commander';
import { killAtRandom } from './kill.ts';
import { verdict } from './ledger.ts';

const program = new Command('npm run kill --')
  .description('Kills terminal and platform with SIGKILL at random moments of calls, then audits the books.')
  .argument('[kills]', 'how many', '200')
  .option('--seed <number>', 'the same seed kills at the same moments', String(Date.now() % 1_000_000))
  .action(async (kills: string, { seed }: { seed: string }) => {
    console.log(`seed ${seed}`);
    const { wall, terminals } = await killAtRandom(Number(kills), Number(seed), (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${kills} `);
      else if (done % 10 === 0) console.log(`${done} of ${kills}`);
    });
    const books = await verdict(wall);
    console.log(JSON.stringify({ kills: Number(kills), terminals, calls: wall.callsSeen.size, ...books }, null, 2));
    await wall.close();
    const good =
      !books.missing.length && !books.twice.length && !books.held && !books.postings && !books.wrongBalances.length;
    process.exit(good ? 0 : 1);
  });
await program.parseAsync();
