import { Command } from 'commander';
import { Site } from '../platform/facilities/site.ts';
import { readYaml } from './file.ts';
import { readPlatformConfig } from './platform.ts';
import { complain, print, printJson, progressLine } from './print.ts';

interface Flags {
  readonly config: string;
  readonly check?: true;
  readonly json?: true;
}

/** `tierphone import`: a facility's file into the database, without becoming a platform. */
export function importCommand(): Command {
  return new Command('import')
    .description("Bring a facility's file into the database, beside a running platform too: no call waits for it.")
    .argument('<file>', "the facility's file (YAML)")
    .requiredOption('-c, --config <file>', "the platform's configuration (YAML)")
    .option('--check', 'read and check the file, then stop')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe file is checked whole before anything is written. Cut short, it is done again by the same command.',
    )
    .action(async (file: string, { config, check, json }: Flags) => {
      const access = readPlatformConfig(config);
      const { tell, end } = progressLine();
      tell(`${file} is read`);
      const site = readYaml(file, Site);
      end();
      if (check) return print(`${file}: all is well`);
      const { importBeside } = await import('../platform/importing.ts');
      const { id: facility } = site.facility;
      const started = performance.now();
      const written = await importBeside(access, site, {
        progress: (done, all) => tell(`${facility}: ${done} of ${all} callers`),
        fault: (cause) => complain(`the database is not there: ${cause.message}: it is waited for`),
      }).finally(end);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      const callers = site.callers.length;
      if (json) return printJson({ facility, callers, written, seconds });
      const rows = written === 1 ? '1 row' : `${written} rows`;
      print(
        `${facility}: ${written === 0 ? 'was as the file says already' : `is as the file says now: ${rows} written`} (${callers} callers, ${seconds} s)`,
      );
    });
}
