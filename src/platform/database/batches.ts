/** PostgreSQL takes 65,535 parameters a statement. */
export function batches<T>(rows: readonly T[]): T[][] {
  const size = 1_000;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}
