import { loadavg } from 'node:os';
import { Command } from 'commander';
import { endAtOnce, type Storm } from './storm.ts';

const TARGET = 5_000;

function lines(storm: Storm): string[] {
  const { phones, stored, twice, told, lastStored, cpu, wrong } = storm;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const parts = Object.entries(cpu).map(([part, spent]) => `${part} ${spent.toFixed(1)}`);
  const ours = cpu.platform + cpu.postgres + cpu.mosquitto;
  return [
    `${phones} calls ended at once: ${stored} records stored after ${seconds(lastStored)}, ${twice} sent more than once, ${told} ends told by a request too`,
    `${Math.round((1_000 * phones) / lastStored)} a second; processor seconds: ${parts.join(', ')}: ${((1_000 * ours) / phones).toFixed(2)} ms a call without the phones; load ${loadavg()[0]?.toFixed(1)}`,
    wrong.length === 0 ? 'the books are right' : `WRONG: ${wrong.join(', ')}`,
  ];
}

const program = new Command('npm run bench:endings --')
  .description(
    `Ends calls that stand all at one moment, as a lockdown does: all records must be stored within ${TARGET / 1_000} s, and none be sent twice.`,
  )
  .option('-n, --phones <number>', 'calls, 8000 at most', '5000')
  .option('--json', 'print JSON')
  .action(async ({ phones, json }: { phones: string; json?: true }) => {
    const storm = await endAtOnce(Number(phones));
    console.log(json ? JSON.stringify(storm) : lines(storm).join('\n'));
    const { lastStored, twice, wrong } = storm;
    if (lastStored > TARGET || twice > 0 || wrong.length > 0) process.exitCode = 1;
  });
await program.parseAsync();
