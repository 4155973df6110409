import type { LiftRecord } from '../../../protocol/api/records.ts';

const COLUMNS = {
  lifted: ({ lifted }) => lifted,
  ended: ({ ended }) => ended,
  terminal: ({ terminal }) => terminal,
  unit: ({ unit }) => unit,
  caller: ({ caller }) => caller ?? '',
  number: ({ number }) => number ?? '',
  ending: ({ ending }) => ending.reason,
  talked_seconds: ({ talked }) => String(Math.round(talked / 1_000)),
  charged_usd: ({ charged }) => charged,
  privileged: ({ privileged }) => String(privileged),
  call: ({ call }) => call,
} satisfies Record<string, (record: LiftRecord) => string>;

/** What a table program would take for a formula: it is told to be text. A number with its plus sign is none. */
const FORMULA = /^[=@\t\r-]|^\+(?!\d+$)/;

const cell = (text: string): string => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** Records as a table for other programs (RFC 4180). */
function csvOf(records: readonly LiftRecord[]): string {
  const lines = records.map((record) =>
    Object.values(COLUMNS)
      .map((of) => cell(of(record)))
      .join(','),
  );
  return `${[Object.keys(COLUMNS).join(','), ...lines].join('\r\n')}\r\n`;
}

/** Gives the records that are shown as a file. */
export function saveCsv(records: readonly LiftRecord[], name: string): void {
  const url = URL.createObjectURL(new Blob([csvOf(records)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
