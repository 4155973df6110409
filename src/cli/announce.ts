import { Command } from 'commander';
import { readAnnounced } from '../protocol/announced-table.ts';
import { AnnouncedBoxes } from '../protocol/api/claims.ts';
import { FacilityId } from '../protocol/units.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { FileError, readWhole } from './file.ts';
import { print, printJson } from './print.ts';
import { checked, strict } from './usage.ts';

interface Flags extends ApiFlags {
  readonly dryRun?: true;
  readonly json?: true;
}

/** `tierphone announce`: boxes are meant for a place before they come. */
export function announceCommand(): Command {
  return withApi(strict(new Command('announce')))
    .description(
      'Say which phones are expected where, in place of those said before; then tierphone claim takes the code alone.',
    )
    .argument('<facility>', 'the facility', checked(FacilityId))
    .argument('<file>', 'a table (CSV) with a line each: serial,unit,phone')
    .option('--dry-run', 'tell what would be different, and change nothing')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Example, with a token in TIERPHONE_TOKEN that is for terminals.change:
  tierphone announce pine-river boxes.csv --dry-run --url https://phones.pine-river.gov

boxes.csv; the serial number is on the box, and in /proc/device-tree/serial-number:
  serial,unit,phone
  10000000d3a4f1c2,B,B-1
  10000000d3a4f1c3,B,B-2

Exit codes: 0 done, 1 refused or failed, 2 the file cannot be used, or it was not used as it should be.`,
    )
    .action(announce);
}

async function announce(facility: FacilityId, file: string, flags: Flags, self: Command): Promise<void> {
  const { items, wrong } = readAnnounced(readWhole(file));
  if (wrong.length > 0) throw new FileError(wrong.map(({ line, why }) => `${file}:${line}: ${why}`).join('\n'));
  const api = apiOf(flags, self);
  const path = `/facilities/${facility}/announced`;
  const before = await api.ask(AnnouncedBoxes, path);
  const placeOf = new Map(before.items.map(({ serial, unit, terminal }) => [serial, `${unit} ${terminal}`]));
  const fresh = items.filter(({ serial, unit, terminal }) => placeOf.get(serial) !== `${unit} ${terminal}`);
  const gone = before.items.filter(({ serial }) => !items.some((item) => item.serial === serial));
  if (!flags.dryRun) await api.ask(AnnouncedBoxes, path, { items }, 'PUT');
  if (flags.json) return printJson({ items, fresh, gone, saved: flags.dryRun !== true });
  for (const { serial, unit, terminal } of fresh) print(`serial ${serial}: ${terminal} in unit ${unit}`);
  for (const { serial, terminal } of gone) print(`serial ${serial}: expected no more (${terminal})`);
  const expected = items.length === 1 ? '1 phone is' : `${items.length} phones are`;
  print(flags.dryRun ? `${expected} in the table; nothing was changed` : `${expected} expected in ${facility}`);
}
