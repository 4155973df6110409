import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Nothing under these names is ever printed, whoever logs it. */
const SECRETS = ['pin', 'sealedPin', 'password', 'token', 'adminToken', 'authorization'];

/**
 * The log of a process, on standard error: JSON lines for machines, coloured text at a terminal.
 * Written synchronously, so that the line which says why a process ended is not lost with it.
 */
export function openLog(level: string): Logger {
  const redact = { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' };
  const options = { level, redact, base: null };
  if (process.stderr.isTTY) return pino(options, pretty({ destination: 2, sync: true, translateTime: 'HH:MM:ss.l' }));
  return pino(options, pino.destination({ dest: 2, sync: true }));
}
