import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Pauses } from '../../retry/pauses.ts';

/** What PostgreSQL says while it stops, starts, or has become a standby (appendix A of its manual). */
const SQLSTATES = [/^08/, /^57P0[123]$/, /^25006$/, /^53300$/];

/** What PostgreSQL has undone because it stood in the way of something else: it asks for it again. */
const OVERTAKEN = /^40(001|P01)$/;

/** What the system says of a server that is not there, or not there any more. */
const SYSTEM = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
];

/** What pg says of a connection that was lost; it has no code for it. */
const WORDS = /^Connection terminated|not queryable|timeout exceeded when trying to connect|^Client was closed/;

/** Whether an error says that the database is not there now, and not that the statement is wrong. */
export function isGone(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return SQLSTATES.some((state) => state.test(error.code ?? ''));
  if (error instanceof AggregateError) return error.errors.some(isGone);
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && SYSTEM.includes(code)) || WORDS.test(error.message) || isGone(error.cause);
}

const isOvertaken = (error: unknown): boolean => error instanceof pg.DatabaseError && OVERTAKEN.test(error.code ?? '');

/**
 * Does work on the database, again where it is gone meanwhile or has undone it for the sake of other work, as long as `goOn`. What was committed before the answer was lost is
 * done a second time: the work must be such that this changes nothing, as requests with a key are.
 */
export async function whenThere<T>(work: () => Promise<T>, goOn: () => boolean): Promise<T> {
  const pauses = new Pauses({ first: 50, longest: 1_000 });
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(isGone(error) || isOvertaken(error)) || !goOn()) throw error;
      await pause(pauses.next());
    }
  }
}
