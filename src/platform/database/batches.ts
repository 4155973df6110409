/** Rows a statement: none is long, and PostgreSQL takes 65,535 parameters. */
const ROWS = 500;

/** Rows in portions of which each is a statement. */
export function batches<T>(rows: readonly T[], size = ROWS): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}
