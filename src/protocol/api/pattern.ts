import { z } from 'zod';

/**
 * One number or many, as people write it: `+12025550123`, `202-555-0123`, `900-???-????` (a question mark is any
 * digit), `+53*` (a final star is any rest). Parsed into the form it has in the database: an SQL LIKE pattern of E.164.
 */
export const Pattern = z.string().transform((written, context) => {
  const bare = written.replace(/[\s().-]/g, '');
  const national = /^[\d?]{10}$/.test(bare);
  const international = /^\+[1-9][\d?]{0,14}\*?$/.test(bare);
  if (!national && !international) {
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(written)} is no number: as +12025550123, 900-???-???? or +53*`,
    });
    return z.NEVER;
  }
  return (national ? `+1${bare}` : bare).replaceAll('?', '_').replace('*', '%');
});

/** A pattern of the database as people write it. */
export const asWritten = (pattern: string): string => pattern.replaceAll('_', '?').replace('%', '*');
