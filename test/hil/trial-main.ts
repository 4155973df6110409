import { Command, Option } from 'commander';
import { openBench } from './phone.ts';
import { gpioArgs, runTrial } from './trial.ts';

const program = new Command('npm run hil:trial --')
  .description('Runs a driver in an emulated machine against a real kernel, and says what was wrong.')
  .argument('<what>', 'gpio: keypad, hook and lamps; audio: a sound card that comes, goes and loses sound')
  .addOption(new Option('--presses <count>', 'of keys').default('1000'))
  .addOption(new Option('--flicks <count>', 'of the hook').default('500'))
  .addOption(new Option('--driver <name...>', 'of GPIO').choices(['onoff', 'gpiod']).default(['onoff', 'gpiod']))
  .action(async (what: string, options: { presses: string; flicks: string; driver: string[] }) => {
    if (what !== 'gpio' && what !== 'audio') throw new Error(`no trial is called "${what}": gpio or audio`);
    const bench = await openBench();
    try {
      const args = what === 'gpio' ? gpioArgs(Number(options.presses), Number(options.flicks), options.driver) : [];
      const { ok, findings } = await runTrial(bench, what, args, (text) => process.stderr.write(text));
      console.log(JSON.stringify(findings, null, 2));
      process.exitCode = ok ? 0 : 1;
    } finally {
      await bench.close();
    }
  });
await program.parseAsync();
