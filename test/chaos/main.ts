import { Command } from 'commander';
import { chaos } from './chaos.ts';

const program = new Command('npm run chaos --')
  .description(
    'Kills broker, platform and PostgreSQL with SIGKILL, alone and together, under phones that call all the time; then reads the books.',
  )
  .option('--minutes <number>', 'how long', '10')
  .option('--calls <number>', 'a second', '20')
  .option('--seed <number>', 'the same seed kills in the same order', String(Date.now() % 1_000_000))
  .option('--json', 'print JSON')
  .action(async ({ minutes, calls, seed, json }: { minutes: string; calls: string; seed: string; json?: true }) => {
    const plan = {
      seconds: Number(minutes) * 60,
      calls: Number(calls),
      seed: Number(seed),
      outage: 20_000,
      long: 60_000,
    };
    const verdict = await chaos(plan, (line) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
      else if (!json) console.log(line);
    });
    console.log(JSON.stringify({ seed: plan.seed, ...verdict }, null, json ? 0 : 2));
    process.exitCode = verdict.wrong.length > 0 || verdict.fell > 0 ? 1 : 0;
  });
await program.parseAsync();
