import { isDeepStrictEqual } from 'node:util';

/** What is to be done so that rows are as they are wanted. */
export interface Difference<T> {
  /** Missing, or otherwise than wanted. */
  readonly write: readonly T[];
  /** No longer wanted. */
  readonly gone: readonly T[];
  /** As what is to be written was; undefined where it is missing. */
  readonly was: (row: T) => T | undefined;
}

/** Holds the rows that are there against those wanted, by what names a row: what is as wanted already need not be written. */
export function difference<T>(there: readonly T[], wanted: readonly T[], name: (row: T) => string): Difference<T> {
  const before = new Map(there.map((row) => [name(row), row]));
  const after = new Set(wanted.map(name));
  const was = (row: T) => before.get(name(row));
  return {
    write: wanted.filter((row) => !isDeepStrictEqual(was(row), row)),
    gone: there.filter((row) => !after.has(name(row))),
    was,
  };
}
