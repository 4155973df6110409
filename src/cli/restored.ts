import type { Holdings, Manifest } from '../platform/backup/manifest.ts';
import type { Places } from '../platform/backup/placing.ts';
import type { Restored } from '../platform/backup/restore.ts';
import { amountText, momentText } from '../protocol/api/wire.ts';
import type { Instant, Money } from '../protocol/units.ts';
import { sizeText } from './backup.ts';
import { paint, print } from './print.ts';

const at = (moment: number): string => momentText(moment as Instant);

const heldText = ({ facilities, callers, phones, records, balances, last }: Holdings): string =>
  [
    `${facilities} facilities, ${callers} callers, ${phones} phones, ${records} calls`,
    `$${amountText(balances as Money)} in accounts`,
    last === null ? 'no record' : `the last record of ${at(last)}`,
  ].join(', ');

/** Tells what is in a backup that was read to its end. */
export function tellOf(file: string, { made, program, platform, database, files, holds }: Manifest): void {
  const kind = database.kind === 'postgres' ? 'PostgreSQL' : 'the embedded database';
  print(`${file}: whole; of ${at(made)}, by tierphone ${program}, ${kind}, ${sizeText(database.bytes)}`);
  print(`of the platform whose fingerprint is ${platform}`);
  print(`held about: ${heldText(holds)}`);
  print(`files: ${files.map(({ setting }) => setting).join(', ')}`);
}

/** Tells what was restored, and what was not. */
export function tellRestored({ made, files }: Manifest, { holds, chains }: Restored, places: Places): void {
  for (const { setting, path } of places.missing) print(`${path}: restored (${setting})`);
  for (const { setting, path } of places.kept) print(`${path}: was there and stays (${setting})`);
  const named = new Set([...places.missing, ...places.kept].map(({ setting }) => setting));
  for (const { setting } of files)
    if (!named.has(setting) && setting !== 'platform.yaml')
      print(`${setting}: left in the backup, the configuration names no file for it`);
  for (const { chain, number, hash, wrong } of chains)
    if (wrong === null) print(`trail ${chain || 'platform'}:${number}:${hash}`);
    else print(paint('red', `trail ${chain || 'platform'}:${number}:${hash}  NOT WHOLE: ${wrong}`));
  print(`restored: ${heldText(holds)}`);
  print(
    `What was done after ${at(made)} is not there: calls, payments, releases, erasures, tokens and people shut out.`,
  );
  print('Everybody must sign in again. Look at src/platform/backup/README.md for what to do again.');
}
