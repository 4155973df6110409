import { resolve } from 'node:path';
import { Command } from 'commander';
import { clearTextIn } from '../platform/clear.ts';
import { PlatformConfig } from '../platform/config.ts';
import { connectOption, tellReached } from './connect/reached.ts';
import { beside, mustHaveCertificate, readYaml } from './file.ts';
import { openLog } from './log.ts';
import { remarksOf, tellChecked } from './remarks.ts';
import { untilStopped } from './service.ts';

/**
 * Reads the platform's configuration; paths become absolute.
 * @throws FileError
 */
export function readPlatformConfig(file: string): PlatformConfig {
  const path = resolve(file);
  const written = readYaml(path, PlatformConfig);
  const { database, mqtt, http, keys, exchange } = written;
  return {
    ...written,
    database: database.kind === 'embedded' ? { ...database, folder: beside(path, database.folder) } : database,
    mqtt: { ...mqtt, ca: mqtt.ca && mustHaveCertificate(beside(path, mqtt.ca)) },
    ...(http && {
      http: {
        ...http,
        ...(http.tls && {
          tls: { cert: mustHaveCertificate(beside(path, http.tls.cert)), key: beside(path, http.tls.key) },
        }),
        ...(http.oidc && { oidc: { ...http.oidc, secret: beside(path, http.oidc.secret) } }),
      },
    }),
    keys: {
      platform: beside(path, keys.platform),
      pepper: beside(path, keys.pepper),
      ...(keys.voiceprints !== undefined && { voiceprints: beside(path, keys.voiceprints) }),
      ...(keys.ca !== undefined && { ca: beside(path, keys.ca) }),
    },
    ...(exchange && {
      exchange: {
        ...exchange,
        ...(exchange.ca !== undefined && { ca: mustHaveCertificate(beside(path, exchange.ca)) }),
        ...(exchange.kind === 'file' && { file: beside(path, exchange.file) }),
        ...(exchange.kind === 'kamailio' &&
          exchange.passwordFile !== undefined && { passwordFile: beside(path, exchange.passwordFile) }),
      },
    }),
    orders: Object.fromEntries(
      Object.entries(written.orders).map(([facility, { keys, root, first, hotlines, twoPeople }]) => [
        facility,
        {
          ...(keys !== undefined && { keys: beside(path, keys) }),
          ...(root !== undefined && { root: beside(path, root) }),
          ...(first !== undefined && { first: beside(path, first) }),
          ...(hotlines !== undefined && { hotlines: hotlines.map((list) => beside(path, list)) }),
          ...(twoPeople !== undefined && { twoPeople }),
        },
      ]),
    ),
  };
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
        const platform = await startPlatform(config, log);
        log.info('platform is up');
        return platform;
      };
      await untilStopped(start(), log);
    });
}
