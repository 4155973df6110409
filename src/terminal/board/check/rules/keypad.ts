import { KEYS } from '../../../../protocol/units.ts';
import { type Path, writtenAt } from '../../schema.ts';
import type { Finding, Rule, Written } from '../finding.ts';

const AT = ['hardware', 'keypad'] as const;

const listAt = (file: Written, key: string): readonly unknown[] | null => {
  const list = writtenAt(file, [...AT, key]);
  return Array.isArray(list) ? list : null;
};

const SHAPE = 'A key is where a row and a column cross; with the wrong shape a press would be read as another key.';

/** The keys lie in as many rows and columns as there are lines. */
export const matrixShape: Rule = (file) => {
  const [rows, columns, keys] = [listAt(file, 'rows'), listAt(file, 'columns'), listAt(file, 'keys')];
  if (!keys) return [];
  const found: Finding[] = [];
  if (rows && rows.length !== keys.length)
    found.push({
      level: 'error',
      path: [...AT, 'keys'],
      what: `there are ${keys.length} rows of keys and ${rows.length} lines in \`rows\``,
      why: SHAPE,
      remedy: 'Write one row of keys for each line of `rows`, from the top down.',
    });
  keys.forEach((row, index) => {
    if (!columns || !Array.isArray(row) || row.length === columns.length) return;
    found.push({
      level: 'error',
      path: [...AT, 'keys', index],
      what: `row ${index + 1} has ${row.length} keys, and there are ${columns.length} lines in \`columns\``,
      why: SHAPE,
      remedy: 'Write one key for each line of `columns`, from the left; null where there is none.',
    });
  });
  return found;
};

/** Whatever a USB handset types, each of the twelve keys is typed by something. */
export const everyKeyTyped: Rule = (file) => {
  const path = ['hardware', 'keys'];
  const map = writtenAt(file, path);
  if (writtenAt(file, ['hardware', 'kind']) !== 'input' || typeof map !== 'object' || map === null) return [];
  const missing = KEYS.filter((key) => !Object.values(map).includes(key));
  return missing.length === 0 ? [] : [lacking(path, missing)];
};

const lacking = (path: Path, missing: readonly string[]): Finding => ({
  level: 'error',
  path,
  what: `no place for ${missing.length > 1 ? 'keys' : 'key'} ${missing.join(' ')}`,
  why: 'A PIN or a number with that key could not be dialled; * clears and # ends what was keyed.',
  remedy: 'Write each of 0 to 9, * and # at its place.',
});

/** Each of the twelve keys is there, and once. */
export const everyKeyOnce: Rule = (file, lineOf) => {
  const keys = listAt(file, 'keys');
  if (!keys) return [];
  const places = keys.flatMap((row, y) =>
    Array.isArray(row) ? row.map((key: unknown, x) => ({ key, path: [...AT, 'keys', y, x] })) : [],
  );
  const missing = KEYS.filter((key) => !places.some((place) => place.key === key));
  const found: Finding[] = places.flatMap(({ key, path }, index): Finding[] => {
    const first = places.findIndex((place) => place.key === key);
    const other = places[first];
    if (key === null || other === undefined || first === index) return [];
    const line = lineOf(other.path);
    return [
      {
        level: 'error',
        path,
        what: `key ${key} stands twice: here and in row ${Number(other.path[3]) + 1}, column ${Number(other.path[4]) + 1}${line ? ` (line ${line})` : ''}`,
        why: 'One of the two keys is another one in truth; a caller would press one and get the other.',
        remedy: 'Write what is printed on each key.',
      },
    ];
  });
  return missing.length === 0 ? found : [...found, lacking([...AT, 'keys'], missing)];
};
