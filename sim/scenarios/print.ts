import { stripVTControlCharacters, styleText } from 'node:util';
import type { TimelineEntry } from '../world/port.ts';
import type { Verdict } from './run.ts';

/** Colours only where a person looks on. */
const plain = !process.stdout.isTTY;
const style = (format: Parameters<typeof styleText>[0], text: string) =>
  plain ? stripVTControlCharacters(text) : styleText(format, text);

const seconds = (ms: number) => (ms / 1_000).toFixed(3).padStart(8);

/** One line of a call's timeline: seconds since the lift, who, what. */
export function timelineLine({ since, source, text, tag }: TimelineEntry): string {
  const time = since === null ? '       -' : seconds(since);
  const line = `${time}  ${source.padEnd(9)} ${text}`;
  return tag.startsWith('phase:') ? style('bold', line) : line;
}

/** What came of a scenario: its records, then whether it went as the file says. */
export function verdictLines({ difference, name, records }: Verdict): string {
  const kept = records.map(
    ({ ending, talked, charged, number }) =>
      `          ledger    ${ending}, ${number ?? 'no number'}, ${seconds(talked).trim()} s, $${(charged / 1e6).toFixed(6)}`,
  );
  const verdict = difference === null ? style('green', `ok    ${name}`) : style('red', `WRONG ${name}: ${difference}`);
  return [...kept, verdict].join('\n');
}
