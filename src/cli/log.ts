import { fstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';
import { type Look, lookOf } from './log-line.ts';
import { escaped } from './print.ts';

/** Nothing under these names is ever printed, whoever logs it. */
const SECRETS = ['pin', 'sealedPin', 'password', 'token', 'authorization'];

/** Where a log goes and how it looks. */
export interface LogOptions {
  /** A JSON object a line, for machines. */
  readonly json?: boolean | undefined;
  /** Goes there instead, for its owner alone, where the screen is another's. */
  readonly file?: string | null;
}

/**
 * The log of a process, on standard error: a line for people a thing that happened, for the journal with its priority, elsewhere with its time.
 * Written synchronously, so that the line which says why a process ended is not lost with it.
 */
export function openLog(level: string, { json = false, file = null }: LogOptions = {}): Logger {
  if (file !== null) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const look: Look = file !== null ? 'file' : process.stderr.isTTY ? 'screen' : isJournal() ? 'journal' : 'file';
  const redact = { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' };
  const streamWrite = json ? escaped : lookOf(look);
  return pino(
    { level, redact, base: null, hooks: { streamWrite } },
    pino.destination({ dest: file ?? 2, mode: 0o600, sync: true }),
  );
}

/** Whether standard error goes to systemd's journal, which keeps time and priority itself. */
function isJournal(): boolean {
  const { dev, ino } = fstatSync(2);
  return process.env.JOURNAL_STREAM === `${dev}:${ino}`;
}
