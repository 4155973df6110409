import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { numberDialled } from '../../protocol/dial-plan.ts';
import { CallerId, type Millis, PhoneNumber } from '../../protocol/units.ts';
import { inWords } from '../../protocol/words.ts';
import type { Entry } from './list.ts';

/** A line of a table of lists. */
export interface TableEntry {
  readonly line: number;
  readonly caller: CallerId;
  readonly entry: Omit<Entry, 'added_by'>;
}

/** A line that cannot be taken, and why. */
export interface Wrong {
  readonly line: number;
  readonly why: string;
}

const YES: Readonly<Record<string, boolean>> = { yes: true, true: true, 1: true, no: false, false: false, 0: false };

const yes = (otherwise: boolean) =>
  z
    .string()
    .regex(/^(yes|no|true|false|1|0|)$/i, 'yes or no is wanted')
    .default('')
    .transform((text) => YES[text.toLowerCase()] ?? otherwise);

const Row = z.strictObject({
  caller: CallerId,
  /** As +12025550123, or as it is dialled: table programs drop the plus sign. */
  number: z
    .string()
    .transform((text) => text.replace(/[\s().-]/g, ''))
    .transform((bare) => numberDialled(bare) ?? bare)
    .pipe(PhoneNumber),
  privileged: yes(false),
  free: yes(false),
  minutes: z
    .string()
    .regex(/^([1-9]\d?|)$/, '1 to 99 is wanted, or nothing')
    .default('')
    .transform((text) => (text === '' ? null : ((Number(text) * 60_000) as Millis))),
  digits: z
    .enum(['pass', 'block', ''], 'pass or block is wanted')
    .default('')
    .transform((text) => text || 'block'),
  recorded: yes(true),
  overrides_block: yes(false),
});
const Lines = z.array(z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.int() }) }));

/** What a table says (RFC 4180; semicolons and tabs are taken for commas); its first line names the columns. */
export function readTable(csv: string): { readonly entries: TableEntry[]; readonly wrong: Wrong[] } {
  const entries: TableEntry[] = [];
  const wrong: Wrong[] = [];
  const seen = new Map<string, number>();
  try {
    for (const { record, info } of linesOf(csv)) {
      const line = info.lines;
      const row = Row.safeParse(record, { error: inWords });
      if (!row.success) {
        const [issue] = row.error.issues;
        wrong.push({ line, why: [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ') });
        continue;
      }
      const { caller, minutes, ...rest } = row.data;
      const name = `${caller} ${rest.number}`;
      const before = seen.get(name);
      if (before !== undefined) wrong.push({ line, why: `it stands in line ${before} already` });
      else entries.push({ line, caller, entry: { ...rest, limit_ms: minutes } });
      seen.set(name, before ?? line);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    wrong.push({ line: Number(error.lines ?? 1), why: 'it is no line of a table with the columns of the first' });
  }
  return { entries, wrong };
}

/** @throws CsvError where it is no table */
function linesOf(csv: string): z.infer<typeof Lines> {
  const options = { bom: true, trim: true, skip_empty_lines: true, info: true, delimiter: [',', ';', '\t'] };
  return Lines.parse(parse(csv, { ...options, columns: (names: string[]) => names.map((name) => name.toLowerCase()) }));
}
