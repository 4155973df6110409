import type { ColumnType } from 'kysely';

/** A document in a column: read as what it holds, written as text. */
export type Json<T extends object> = ColumnType<T | null, string | null, string | null>;
