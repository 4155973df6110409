import type { z } from 'zod';
import { Pieces } from '../view/Pieces.tsx';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';
import { CsvLink, type Days, pathOf } from './CsvLink.tsx';

/** What a column is called, and what stands in it. */
type Column<T> = readonly [title: string, of: (row: T) => string];

/** A report as a table. */
export function ListPart<T>(props: {
  name: string;
  title: string;
  days: Days;
  schema: z.ZodType<{ items: T[] }>;
  columns: readonly Column<T>[];
}) {
  const { name, title, days, schema, columns } = props;
  const { answer, wrong } = useAsked(pathOf(name, days), schema);
  const items = answer?.items ?? [];
  const list = { items, wrong, busy: answer === null && wrong === '', more: null };
  return (
    <section class="card" aria-labelledby={name}>
      <header>
        <h2 id={name}>{title}</h2>
        <CsvLink name={name} days={days} of={title} />
      </header>
      <Pieces list={list} nothing={words.value.reports.nothing} label={`${words.value.list}: ${title}`}>
        <table class="list">
          <thead>
            <tr>
              {columns.map(([column]) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <tr key={columns.map(([, of]) => of(row)).join(' ')}>
                {columns.map(([column, of]) => (
                  <td key={column}>{of(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Pieces>
    </section>
  );
}
