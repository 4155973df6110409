import { z } from 'zod';
import { coloured, type Line, paint, plain } from './print.ts';

/** Where a log is read: `file` is anywhere that is neither a screen nor systemd's journal. */
export type Look = 'screen' | 'journal' | 'file';

/** What pino writes. */
const Written = z.looseObject({
  level: z.number(),
  time: z.number(),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string().optional(), stack: z.string().optional() }).optional(),
});

interface Level {
  readonly name: string;
  /** Of syslog (RFC 5424, table 2): what `journalctl -p` picks by. */
  readonly priority: number;
  readonly paint: Parameters<typeof paint>[0];
}

const LEVELS: Readonly<Record<number, Level>> = {
  60: { name: 'fatal', priority: 2, paint: ['bold', 'red'] },
  50: { name: 'error', priority: 3, paint: 'red' },
  40: { name: 'warning', priority: 4, paint: 'yellow' },
  30: { name: 'info', priority: 6, paint: 'green' },
};
const DEBUG: Level = { name: 'debug', priority: 7, paint: 'dim' };

/** Makes of a line that pino writes the lines that people read. A stack comes after it at the priority of debugging, so that who picks errors sees one line of each. */
export function lookOf(look: Look): (json: string) => string {
  return (json) => {
    const { level, time, msg, err, ...about } = Written.parse(JSON.parse(json));
    const { name, priority, paint: colour } = LEVELS[level] ?? DEBUG;
    const said = withDetails(msg, err?.message, about);
    const stack = (err?.stack?.split('\n').slice(1) ?? []).map((line) => `    ${line.trim()}`);
    const at = new Date(time).toISOString();
    switch (look) {
      case 'journal':
        return [`<${priority}>${plain(said)}`, ...stack.map((line) => `<${DEBUG.priority}>${plain(line)}`)]
          .map(ended)
          .join('');
      case 'file':
        return [plain(`${at} ${name} ${said}`), ...stack.map(plain)].map(ended).join('');
      case 'screen':
        return [[at.slice(11, 23), ' ', paint(colour, name.padEnd(7)), ` ${said}`], ...stack]
          .map(shown)
          .map(ended)
          .join('');
    }
  };
}

const ended = (line: string) => `${line}\n`;

const shown = (line: Line) => (process.env.NO_COLOR === undefined ? coloured(line) : plain(line));

/** What happened, and in brackets what it was about: nothing that is empty, or that the words say already. */
function withDetails(msg: string, why: string | undefined, about: Readonly<Record<string, unknown>>): string {
  const what = why === undefined || msg.includes(why) ? msg : `${msg}: ${why}`;
  const details = Object.entries(about).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === '' || (typeof value === 'string' && what.includes(value)) ? [] : [`${name} ${text}`];
  });
  return details.length === 0 ? what : `${what} (${details.join(', ')})`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${textOf(inner)}`)
    .join(' ');
}
