import { join } from 'node:path';

/** Where the log of a phone on a desk goes while its window has the screen. */
export const deskLog = (data: string): string => join(data, 'bench.log');
