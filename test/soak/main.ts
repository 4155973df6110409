import { Command } from 'commander';
import { type Minute, soak } from './soak.ts';
import { verdictOf } from './verdict.ts';

const line = (cells: readonly string[]) => cells.map((cell, n) => cell.padStart(n === 0 ? 6 : 12)).join('');
const HEAD = ['minute', 'MB', 'slow, ms', 'quick, ms', 'baresip, ms', 'MOS'];

const cells = ({ minute, memory, delays, mos }: Minute): string[] => [
  String(minute),
  memory.toFixed(1),
  ...[delays.slow, delays.quick, delays.baresip].map((delay) => (Number.isNaN(delay) ? '-' : delay.toFixed(1))),
  mos === null ? '-' : mos.toFixed(2),
];

const program = new Command('npm run soak --')
  .description(
    'A call as long as you like at real time: over TLS and SRTP to baresip, and two far ends whose clocks are off. Fails where delay or memory grows.',
  )
  .option('--minutes <number>', 'length', '60')
  .option('--ppm <number>', 'how far off those clocks are, parts in a million', '200')
  .option('--json', 'print JSON, a line a minute')
  .action(async ({ minutes, ppm, json }: { minutes: string; ppm: string; json?: true }) => {
    const tell = (minute: Minute) => console.log(json ? JSON.stringify(minute) : line(cells(minute)));
    if (!json) console.log(line(HEAD));
    const all = await soak({ minutes: Number(minutes), ppm: Number(ppm) }, tell);
    const verdict = verdictOf(all);
    console.log(json ? JSON.stringify(verdict) : verdict.text);
    process.exitCode = verdict.flat ? 0 : 1;
  });
await program.parseAsync();
