import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { AnnouncedBox } from './api/claims.ts';
import { inWords } from './words.ts';

/** A line that cannot be taken, and why. */
export interface WrongLine {
  readonly line: number;
  readonly why: string;
}

/** Columns in this order, unless a first line names them in another. */
const COLUMNS = ['serial', 'unit', 'phone'] as const;
const Lines = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }));

/** Which box is meant for which place, as a table says it (RFC 4180; semicolons and tabs are taken for commas): serial, unit, phone. */
export function readAnnounced(csv: string): { readonly items: AnnouncedBox[]; readonly wrong: WrongLine[] } {
  const items: AnnouncedBox[] = [];
  const wrong: WrongLine[] = [];
  const seen = new Map<string, number>();
  try {
    const lines = linesOf(csv);
    const names = lines[0]?.record.map((name) => name.toLowerCase()) ?? [];
    const named = names.includes('serial');
    for (const { record, info } of lines.slice(named ? 1 : 0)) {
      const of = Object.fromEntries((named ? names : COLUMNS).map((name, i) => [name, record[i] ?? '']));
      const read = AnnouncedBox.safeParse({ serial: of.serial, unit: of.unit, terminal: of.phone }, { error: inWords });
      const twice = read.data && (seen.get(`serial ${read.data.serial}`) ?? seen.get(`phone ${read.data.terminal}`));
      if (!read.success) wrong.push({ line: info.lines, why: whyOf(read.error) });
      else if (twice !== undefined)
        wrong.push({ line: info.lines, why: `serial or phone stands in line ${twice} already` });
      else {
        items.push(read.data);
        seen.set(`serial ${read.data.serial}`, info.lines).set(`phone ${read.data.terminal}`, info.lines);
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    wrong.push({ line: Number(error.lines ?? 1), why: 'serial, unit and phone are wanted, as 10000000d3a4f1c2,B,B-1' });
  }
  return { items, wrong };
}

function whyOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const [key = ''] = issue?.path ?? [];
  // Names say of themselves what they are the names of.
  const wanted = issue?.message.replace(/^(unit|terminal): /, '');
  return `${key === 'terminal' ? 'phone' : String(key)}: ${wanted}`;
}

/** @throws CsvError where it is no table */
const linesOf = (csv: string): z.infer<typeof Lines> =>
  Lines.parse(parse(csv, { bom: true, trim: true, skip_empty_lines: true, info: true, delimiter: [',', ';', '\t'] }));
