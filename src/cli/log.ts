import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { clean, escaped } from './print.ts';

/** Nothing under these names is ever printed, whoever logs it. */
const SECRETS = ['pin', 'sealedPin', 'password', 'token', 'authorization'];

/**
 * The log of a process, on standard error: JSON lines for machines, coloured text at a terminal.
 * Written synchronously, so that the line which says why a process ended is not lost with it.
 * @param file where it goes instead, for its owner alone, where the screen is another's
 */
export function openLog(level: string, file: string | null = null): Logger {
  const redact = { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' };
  const options = { level, redact, base: null };
  if (file !== null) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (file === null && process.stderr.isTTY)
    return pino(
      { ...options, hooks: { streamWrite: readable } },
      pretty({ destination: 2, sync: true, translateTime: 'HH:MM:ss.l' }),
    );
  return pino(
    { ...options, hooks: { streamWrite: (line) => escaped(line) } },
    pino.destination({ dest: file ?? 2, mode: 0o600, sync: true }),
  );
}

/** A line of the log of which no text can do anything to a screen; a stack keeps its lines, which are indented. */
const readable = (line: string): string =>
  `${JSON.stringify(JSON.parse(line), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return key === 'stack' ? value.split('\n').map(clean).join('\n') : clean(value);
  })}\n`;
