import { Command } from 'commander';
import { clearTextIn } from '../terminal/clear.ts';
import { openLog } from './log.ts';
import { remarksOf, tellChecked } from './remarks.ts';
import { untilStopped } from './service.ts';
import { readTerminalSetup } from './setup.ts';

/** `tierphone terminal`: the program inside the phone. */
export function terminalCommand(): Command {
  return new Command('terminal')
    .description('Run the terminal: the program inside the phone.')
    .requiredOption('-c, --config <file>', "the terminal's configuration (YAML)")
    .option('--check', 'read and check every file, then stop')
    .action(async ({ config: file, check }: { config: string; check?: true }) => {
      const setup = await readTerminalSetup(file);
      const { config } = setup;
      const remarks = remarksOf(config, clearTextIn(config));
      if (check) return tellChecked(file, remarks, `terminal ${config.terminal} of ${config.facility}: all is well`);
      const log = openLog(config.log);
      for (const line of [...remarks.allowed, ...remarks.left]) log.warn(line);
      // Loaded here, not above: other commands need neither SIP nor sound, and start in half the time without.
      const { startTerminal } = await import('../terminal/main.ts');
      await untilStopped(startTerminal(setup, log), log);
    });
}
