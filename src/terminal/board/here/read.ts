import { readFile } from 'node:fs/promises';

/** The text of a file; null where there is none or it may not be read. */
export const readIfThere = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
