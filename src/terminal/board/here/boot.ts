import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import { configLines } from '../wiring/config-lines.ts';
import { readIfThere } from './read.ts';

/** Where config.txt is, on Raspberry Pi OS since 12 and before. */
const PLACES = ['boot/firmware/config.txt', 'boot/config.txt'];

/** Whether config.txt of a Pi has the lines that the drawing asks for. */
export async function bootFindings(board: BoardFile, root: string): Promise<readonly Finding[]> {
  const texts = await Promise.all(PLACES.map((place) => readIfThere(`${root}${place}`)));
  const at = texts.findIndex((text) => text !== null);
  if (at < 0) return [];
  const there = (texts[at] ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim());
  const missing = configLines(board).filter((line) => !settingsOf(line).every((one) => has(there, one)));
  if (missing.length === 0) return [];
  return [
    {
      // Where the driver sets the resistors itself, the lines only keep lamps dark and inputs still while it boots.
      level: board.hardware.kind === 'gpio' && board.hardware.driver === 'gpiod' ? 'warning' : 'error',
      path: ['hardware'],
      what: `/${PLACES[at]} lacks ${missing.map((line) => `\`${line}\``).join(', ')}`,
      why: 'Inputs that nothing holds at a level change by themselves: a handset that lifts itself, keys that nobody pressed.',
      remedy: 'Add what is lacking at the end of that file, below a line [all], and restart.',
    },
  ];
}

/** `gpio=5,6=ip,pu` asks for a setting of each line; any other line is a setting itself. */
function settingsOf(line: string): readonly string[] {
  const [, lines, to] = line.match(/^gpio=([\d,-]+)=(.+)$/) ?? [];
  if (lines === undefined) return [line];
  return lines.split(',').flatMap((part) => {
    const [from = 0, until = from] = part.split('-').map(Number);
    return Array.from({ length: until - from + 1 }, (_, n) => `gpio=${from + n}=${to}`);
  });
}

const has = (there: readonly string[], setting: string) => there.flatMap(settingsOf).includes(setting);
