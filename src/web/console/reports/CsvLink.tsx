import { here } from '../account/session.ts';
import { words } from '../words/words.ts';

/** From which day to which. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** Where a report is asked for; with the ending `.csv` it is a file. */
export const pathOf = (name: string, { first, last }: Days, more = ''): `/${string}` =>
  `/facilities/${here.value?.facility ?? ''}/reports/${name}?first=${first}&last=${last}${more}`;

/** A report as a file; `of` says which, where there are several on a page. */
export function CsvLink({ name, days, more = '', of }: { name: string; days: Days; more?: string; of: string }) {
  const w = words.value.records;
  return (
    <a class="plain" href={`/api${pathOf(`${name}.csv`, days, more)}`} download="" aria-label={`${w.csv}: ${of}`}>
      {w.csv}
    </a>
  );
}
