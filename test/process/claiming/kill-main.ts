import { Command } from 'commander';
import { killClaims } from './kill.ts';

const program = new Command('npm run kill:claims --')
  .description(
    'Kills boxes and platform with SIGKILL at random moments of claims, then looks who may speak as which phone.',
  )
  .argument('[kills]', 'how many', '200')
  .option('--seed <number>', 'the same seed kills at the same moments', String(Date.now() % 1_000_000))
  .action(async (kills: string, { seed }: { seed: string }) => {
    console.log(`seed ${seed}`);
    const began = performance.now();
    const killed = await killClaims(Number(kills), Number(seed), (done, wrong) => {
      const line = `${done} of ${kills}, ${wrong.length} wrong, ${Math.round((performance.now() - began) / 1_000)} s`;
      if (process.stderr.isTTY) process.stderr.write(`\r${line} `);
      else console.log(line);
    });
    console.log(JSON.stringify(killed, null, 2));
    process.exit(killed.wrong.length + killed.secrets.told.length === 0 ? 0 : 1);
  });
await program.parseAsync();
