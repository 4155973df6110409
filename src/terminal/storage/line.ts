import { crc32 } from 'node:zlib';
import { JournalLine } from '../../protocol/journal.ts';

/** Stands before every line (RFC 7464), so that a newline damaged on the disk costs one line and not its neighbour too. */
const MARK = '\x1e';
const SHAPE = /^([0-9a-f]{8}) (\{.*\})$/;

/** Checksum of a text as eight hex digits (CRC-32 of its UTF-8). */
export const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** An entry as one line of the journal: mark, checksum, JSON, newline. */
export function toLine(entry: JournalLine): string {
  const json = JSON.stringify(entry);
  return `${MARK}${checksum(json)} ${json}\n`;
}

/** What a journal file holds. */
export interface Reading {
  readonly entries: JournalLine[];
  /** Lines that are damaged or not understood, one character a byte (Latin-1). */
  readonly bad: string[];
  /** The last line was cut off while being written; nobody was told that it was kept. */
  readonly torn: boolean;
}

/** Takes a journal apart. Never fails, whatever the file holds. */
export function readLines(bytes: Uint8Array): Reading {
  // One character a byte: what is damaged is set aside just as it was found.
  const pieces = Buffer.from(bytes).toString('latin1').replaceAll(MARK, '\n').split('\n');
  const last = pieces.pop() ?? '';
  const reading = { entries: [] as JournalLine[], bad: [] as string[], torn: false };
  for (const piece of pieces) {
    if (piece === '') continue;
    const entry = fromLine(piece);
    if (entry) reading.entries.push(entry);
    else reading.bad.push(piece);
  }
  if (last !== '') {
    const entry = fromLine(last);
    if (entry) reading.entries.push(entry);
    else reading.torn = true;
  }
  return reading;
}

function fromLine(piece: string): JournalLine | null {
  const [, sum, json] = SHAPE.exec(Buffer.from(piece, 'latin1').toString('utf8')) ?? [];
  if (sum === undefined || json === undefined || checksum(json) !== sum) return null;
  const entry = JournalLine.safeParse(JSON.parse(json));
  return entry.success ? entry.data : null;
}
