import { Command } from 'commander';
import type { SrtpSuite } from '../../../src/terminal/telephony/port.ts';
import type { Start } from './contestant.ts';
import { mouthToEar } from './delay.ts';
import { pause, type Run, run } from './run.ts';
import { startTheirs } from './start-baresip.ts';
import { startOurs } from './start-ours.ts';
import { type Capacity, type Cost, type Pacing, percentile, type Results, table } from './table.ts';

const SUITE: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';
const CONTESTANTS: readonly [name: string, start: Start][] = [
  ['ours', startOurs],
  ['baresip', startTheirs],
];
/** A process that sends no better than this holds too many calls, ms at the 99.9th percentile. */
const LATE = 5;
const MOST_CALLS = 256;
/** Seconds after which V8 has compiled what is worth it. */
const COMPILED = 70;

const progress = (text: string) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);

/** Both at once, so that the machine is the same to both, ours with a busy main thread. */
async function pacing(seconds: number): Promise<Pacing[]> {
  progress(`pacing: both hold a call for ${seconds} s`);
  const plain = { suite: null, taps: false, busy: true };
  const runs = await Promise.all(CONTESTANTS.map(([, start]) => run(start, { calls: 1, seconds, warm: 5 }, plain)));
  return CONTESTANTS.map(([name], n) => {
    const { deviations = [] } = runs[n] ?? {};
    const at = (p: number) => percentile(deviations, p);
    return { name, packets: deviations.length, p50: at(50), p99: at(99), p999: at(99.9), max: at(100) };
  });
}

/**
 * All at once, as each takes but a little of a core, after a minute in which what is called often is compiled. An hour of calls
 * is like what follows, not like that minute.
 */
async function cost(seconds: number): Promise<Cost[]> {
  progress(`cost: six calls for ${COMPILED + seconds} s`);
  const tasks = [
    ['plain', { suite: null, taps: false, busy: false }],
    ['SRTP', { suite: SUITE, taps: false, busy: false }],
    ['SRTP with taps', { suite: SUITE, taps: true, busy: false }],
  ] as const;
  const rows = tasks.flatMap(([call, task], n) =>
    CONTESTANTS.map(async ([name, start]) => {
      // One after the other, so that no two take the same free port.
      await pause(2 * n);
      const { cpu, memory } = await run(start, { calls: 1, seconds, warm: COMPILED }, task);
      return { call, name, cpu: 100 * cpu, memory };
    }),
  );
  return Promise.all(rows);
}

const holds = ({ deviations, sent }: Run) => percentile(deviations, 99.9) <= LATE && sent > 0.99;

/** The most calls of which the packets still leave in time: doubled until they do not, then halved in between. */
async function capacity(seconds: number): Promise<Capacity[]> {
  const found: Capacity[] = [];
  for (const [name, start] of CONTESTANTS) {
    let [good, bad, cpu] = [0, MOST_CALLS + 1, 0];
    for (let calls = 1; calls > good && calls < bad; ) {
      progress(`calls at once: ${name}, ${calls}`);
      const result = await run(
        start,
        { calls, seconds: seconds / 2, warm: 3 },
        { suite: null, taps: false, busy: false },
      );
      if (holds(result)) [good, cpu] = [calls, 100 * result.cpu];
      else bad = calls;
      calls = bad > MOST_CALLS ? Math.min(2 * good, MOST_CALLS) : Math.floor((good + bad) / 2);
      // To an eighth is near enough.
      if (bad - good <= Math.max(1, good / 8)) break;
    }
    found.push({ name, calls: good, cpu });
  }
  return found;
}

const PARTS = { pacing, cost, capacity, delay: mouthToEar };
type Part = keyof typeof PARTS;

const program = new Command('npm run bench:media --')
  .description('Media of ours beside baresip on this machine: pacing, cost, calls at once, and our delay mouth to ear.')
  .option('--seconds <number>', 'length of each run', '20')
  .option('--only <part...>', `of ${Object.keys(PARTS).join(', ')}`)
  .option('--json', 'print JSON')
  .action(async ({ seconds, only, json }: { seconds: string; only?: Part[]; json?: true }) => {
    const results: Results = {};
    for (const part of only ?? (Object.keys(PARTS) as Part[])) {
      Object.assign(results, { [part]: await PARTS[part](Number(seconds)) });
    }
    progress('');
    console.log(json ? JSON.stringify(results) : table(results));
  });
await program.parseAsync();
