import { resolve } from 'node:path';
import { Command } from 'commander';
import { clearTextIn } from '../platform/clear.ts';
import { PlatformConfig } from '../platform/config.ts';
import { movedFiles } from '../platform/files.ts';
import { connectOption, tellReached } from './connect/reached.ts';
import { beside, mustHaveCertificate, readYaml } from './file.ts';
import { openLog } from './log.ts';
import { remarksOf, tellChecked } from './remarks.ts';
import { untilStopped } from './service.ts';

/** Files that must be there, and have a certificate in them, before anything is started. */
const CERTIFICATES = new Set(['mqtt.ca', 'http.tls.cert', 'exchange.ca']);

/**
 * Reads the platform's configuration; paths become absolute.
 * @throws FileError
 */
export function readPlatformConfig(file: string): PlatformConfig {
  return movedFiles(readConfigAlone(file), (path, setting) =>
    CERTIFICATES.has(setting) ? mustHaveCertificate(path) : path,
  );
}

/** As `readPlatformConfig`, but that no other file is looked at: none that it names need be there. @throws FileError */
export function readConfigAlone(file: string): PlatformConfig {
  const path = resolve(file);
  const config = movedFiles(readYaml(path, PlatformConfig), (named) => beside(path, named));
  const { database } = config;
  return database.kind === 'embedded'
    ? { ...config, database: { ...database, folder: beside(path, database.folder) } }
    : config;
}

/** `tierphone platform`: the service that answers terminals and keeps the money. */
export function platformCommand(): Command {
  return new Command('platform')
    .description('Run the platform: answers terminals, keeps callers, accounts and records.')
    .requiredOption('-c, --config <file>', "the platform's configuration (YAML)")
    .option('--check', 'read and check the configuration, then stop')
    .addOption(connectOption())
    .option('--json', 'log lines of JSON, for machines')
    .action(async (options: { config: string; check?: true; connect?: true; json?: true }) => {
      const config = readPlatformConfig(options.config);
      const remarks = remarksOf(config, clearTextIn(config));
      if (options.check) {
        tellChecked(options.config, remarks, 'all is well');
        if (!options.connect) return;
        const { reachOfPlatform } = await import('./connect/platform.ts');
        return tellReached(await reachOfPlatform(config));
      }
      const log = openLog(config.log, { json: options.json });
      for (const line of [...remarks.allowed, ...remarks.left]) log.warn(line);
      // Loaded here, not above: other commands need neither database nor HTTP, and start in half the time without.
      const { startPlatform } = await import('../platform/main.ts');
      const start = async () => {
        const platform = await startPlatform(config, log, resolve(options.config));
        log.info('platform is up');
        return platform;
      };
      await untilStopped(start(), log);
    });
}
