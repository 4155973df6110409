/** What a spreadsheet takes for a formula: it is told to be text. A plus sign with digits alone is a number, and harms nobody. */
const FORMULA = /^[=@\t\r-]|^\+(?!\d+$)/;

const cell = (text: string): string => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** A line of a table for other programs (RFC 4180). */
const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

/** By it spreadsheets know UTF-8. */
const MARK = '\uFEFF';

/** What the columns of a table are called, and what stands in each of a row. */
export type Columns<T> = Readonly<Record<string, (row: T) => string>>;

/** A table for other programs (RFC 4180), as text that comes in pieces: one for its head, and one for each of `pieces`. */
export async function* csvOf<T>(
  columns: Columns<T>,
  pieces: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
): AsyncGenerator<string> {
  yield MARK + line(Object.keys(columns));
  const cells = Object.values(columns);
  for await (const rows of pieces)
    if (rows.length > 0) yield rows.map((row) => line(cells.map((of) => of(row)))).join('');
}
