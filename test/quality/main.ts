import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { BEST } from './baresip.ts';
import { contest } from './contest.ts';
import { FEW, ROWS } from './rows.ts';
import { loadSpeech } from './speech.ts';
import { judge, table } from './verdict.ts';

/** Puts this process and all it starts from now on before whatever else runs, where it may: noise of other programs is no measure. */
function urgent(is: boolean): void {
  spawnSync('chrt', is ? ['-f', '-p', '5', String(process.pid)] : ['-o', '-p', '0', String(process.pid)]);
}

/** What is run in full, and for CI. */
const FULL = { rows: ROWS, seeds: '3', seconds: '24' };
const SHORT = { rows: FEW, seeds: '2', seconds: '12' };

interface Options {
  seeds?: string;
  seconds?: string;
  together: string;
  again: string;
  rows?: string;
  short?: true;
  jitterBuffer: string;
  audioBuffer: string;
  json?: true;
}

const program = new Command('npm run quality --')
  .description(
    'Speech over a network that misbehaves, heard by our media engine and by baresip under the same fate: MOS estimate (G.107), segmental SNR, log-spectral distance, delay.',
  )
  .option('-n, --seeds <number>', `seeds for each row (${FULL.seeds}; short: ${SHORT.seeds})`)
  .option('--seconds <number>', `speech of each run (${FULL.seconds}; short: ${SHORT.seconds})`)
  .option('--together <number>', 'runs at the same time', '10')
  .option('--again <number>', 'times a run is made again in which the machine stalled', '2')
  .option('--rows <words>', 'only rows whose name has one of these words, separated by commas')
  .option('--short', 'the few rows that CI looks at')
  .option('--jitter-buffer <packets>', "baresip's jitter_buffer_delay", BEST.jitterBuffer)
  .option('--audio-buffer <ms>', "baresip's audio_buffer", BEST.audioBuffer)
  .option('--json', 'print JSON, with every run')
  .action(async (options: Options) => {
    const form = options.short ? SHORT : FULL;
    const words = options.rows?.split(',').map((word) => word.trim());
    const rows = form.rows.filter(
      ({ name }) => !words || words.some((word) => name === word || (word !== '' && name.includes(word))),
    );
    if (rows.length === 0) throw new Error(`no row has ${options.rows}: ${ROWS.map(({ name }) => name).join('; ')}`);
    const seeds = Array.from({ length: Number(options.seeds ?? form.seeds) }, (_, n) => n + 1);
    const outcomes = await contest(
      {
        rows,
        seeds,
        speech: loadSpeech(Number(options.seconds ?? form.seconds)),
        together: Number(options.together),
        again: Number(options.again),
        buffering: { jitterBuffer: options.jitterBuffer, audioBuffer: options.audioBuffer },
        urgent,
      },
      (line) => process.stderr.write(`${line}\n`),
    );
    const { lines, margins } = judge(outcomes);
    if (options.json) {
      console.log(JSON.stringify({ lines, margins, outcomes }));
      return;
    }
    const worst = (of: (outcome: (typeof outcomes)[number]) => number) => Math.max(...outcomes.map(of)).toFixed(1);
    const left = (100 * outcomes.reduce((sum, outcome) => sum + outcome.left, 0)) / outcomes.length;
    console.log(table(lines));
    console.log(
      `\nours / baresip, ${seeds.length} seeds. Margins: MOS ${margins.mos.toFixed(2)}, SegSNR ${margins.snr.toFixed(1)} dB, LSD ${margins.lsd.toFixed(2)} dB.`,
    );
    console.log(
      `Packets left late by ${worst(({ sender }) => sender.p50)} ms (p50), ${worst(({ sender }) => sender.p99)} ms (p99) in the worst run; ${left.toFixed(0)}% of the speech is left out for stalls of the machine, ${worst((outcome) => 100 * outcome.left)}% in the worst run; the longest took ${worst(({ stall }) => stall)} ms.`,
    );
    process.exitCode = lines.every(({ worse }) => worse.length === 0) ? 0 : 1;
  });
await program.parseAsync();
