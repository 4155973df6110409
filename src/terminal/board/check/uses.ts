import { type Path, writtenAt } from '../schema.ts';
import type { Written } from './finding.ts';

/** One line of a GPIO chip where a file, right or wrong, names it. */
export interface Use {
  readonly path: Path;
  readonly chip: string;
  readonly offset: number;
  /** What it is for, in words. */
  readonly what: string;
}

/** Every line that is written in the `hardware` of a file, in the order of the file. */
export function usesOf(file: Written): readonly Use[] {
  return walk(writtenAt(file, ['hardware']), ['hardware']);
}

function walk(value: unknown, path: Path): readonly Use[] {
  if (typeof value === 'string') {
    const [, chip, offset] = isLine(path) ? (value.match(/^([^/\s]+)\/(\d{1,3})$/) ?? []) : [];
    return chip === undefined ? [] : [{ path, chip, offset: Number(offset), what: nameOf(path) }];
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => walk(each, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => walk(each, [...path, key]));
}

const isLine = (path: Path) => path.at(-1) === 'line' || path.at(-2) === 'rows' || path.at(-2) === 'columns';

/** `hardware.keypad.rows.0` is "keypad row 1", `hardware.lamps.line.line` "lamp line". */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'number') return `keypad ${path.at(-2) === 'rows' ? 'row' : 'column'} ${last + 1}`;
  return path.slice(1, -1).join(' ').replace('lamps', 'lamp');
}
