import { Command } from 'commander';
import { strangeHardware, whatItSays } from '../terminal/claiming/says.ts';
import { readVoucher } from '../terminal/claiming/voucher-file.ts';
import { clearTextIn } from '../terminal/clear.ts';
import { connectOption, tellReached } from './connect/reached.ts';
import { reachOfBox, reachOfTerminal } from './connect/terminal.ts';
import { deskLog } from './desk/log.ts';
import { FileError } from './file.ts';
import { openLog } from './log.ts';
import { remarksOf, tellChecked } from './remarks.ts';
import { untilStopped } from './service.ts';
import { isOfBox, readBoxSetup, readTerminalSetup } from './setup.ts';

interface Flags {
  readonly config: string;
  readonly check?: true;
  readonly connect?: true;
  readonly bench?: true;
  readonly json?: true;
}

/** `tierphone terminal`: the program inside the phone. */
export function terminalCommand(): Command {
  return new Command('terminal')
    .description('Run the terminal: the program inside the phone.')
    .requiredOption('-c, --config <file>', "the terminal's configuration (YAML)")
    .option('--check', 'read and check every file, then stop')
    .addOption(connectOption())
    .option('--bench', 'on a desk: a phone of simulated hardware that is lifted and keyed from this keyboard')
    .option('--json', 'log lines of JSON, for machines')
    .action(async ({ config: file, check, connect, bench, json }: Flags) => {
      if (isOfBox(file)) return runBox(file, { check, connect, bench, json });
      const setup = await readTerminalSetup(file);
      const { config } = setup;
      const remarks = remarksOf(config, clearTextIn(config));
      if (check) {
        tellChecked(file, remarks, `terminal ${config.terminal} of ${config.facility}: all is well`);
        return connect && tellReached(await reachOfTerminal(config));
      }
      const log = openLog(config.log, { json, file: bench && process.stderr.isTTY ? deskLog(config.data) : null });
      for (const line of [...remarks.allowed, ...remarks.left]) log.warn(line);
      if (bench) {
        const { startOnDesk } = await import('./desk/desk.ts');
        return untilStopped(startOnDesk(file, setup, log), log);
      }
      // Loaded here, not above: other commands need neither SIP nor sound, and start in half the time without.
      const { startTerminal } = await import('../terminal/main.ts');
      await untilStopped(startTerminal(setup, log), log);
    });
}

/** A phone that is claimed: what it is beside its hardware stands in its voucher. */
async function runBox(
  file: string,
  { check, connect, bench, json }: { readonly [flag in 'check' | 'connect' | 'bench' | 'json']: true | undefined },
): Promise<void> {
  if (bench)
    throw new FileError(
      `${file}: --bench is for a phone whose file says which it is (facility, unit, terminal): this one is claimed, by the code that its handset says`,
    );
  const setup = readBoxSetup(file);
  if (check) {
    const voucher = await readVoucher(setup.config.data);
    const strange = voucher && strangeHardware(voucher, await whatItSays());
    tellChecked(file, { allowed: [], left: strange ? [strange] : [] }, 'a phone that is claimed: all is well');
    return connect && tellReached(await reachOfBox(setup.config));
  }
  const log = openLog(setup.config.log, { json });
  const { startPhone } = await import('../terminal/phone.ts');
  await untilStopped(startPhone(setup, log), log);
}
