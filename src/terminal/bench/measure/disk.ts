import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../protocol/durable.ts';
import type { Measured } from './result.ts';

const WRITES = 5;
/** A lift is heard only once it is written: a card this slow is about to fail, ms. */
const SLOW = 2_000;
const MB = 1_000_000;
const LITTLE = 50 * MB;

/** What the journal knows of its own health. */
export interface JournalHealth {
  readonly quarantined: number;
  readonly waiting: number;
}

/** Free space of the disk that holds `folder`, bytes. */
export async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Writes to the disk as the journal does, and looks at what is free. */
export async function measureDisk(folder: string, { quarantined, waiting }: JournalHealth): Promise<Measured> {
  let slowest = 0;
  try {
    for (let n = 0; n < WRITES; n += 1) {
      const started = performance.now();
      await replaceFile(join(folder, 'bench.probe'), Buffer.alloc(4_096, n));
      slowest = Math.max(slowest, performance.now() - started);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      detail: `cannot be written: ${why}`,
      remedy: 'check rights and space of the data folder; replace the card',
    };
  }
  const free = await freeSpace(folder);
  const figures = { writeMs: slowest, freeMb: free / MB, quarantinedLines: quarantined, recordsWaiting: waiting };
  const space = `${Math.round(free / MB)} MB free`;
  if (free < LITTLE) return { detail: space, remedy: 'make room: 50 MB are wanted', figures };
  if (slowest > SLOW) {
    return {
      detail: `a write took ${Math.round(slowest)} ms`,
      remedy: 'replace the card: it is worn, or fails',
      figures,
    };
  }
  const damaged = quarantined > 0 ? `; ${quarantined} damaged lines of the journal were set aside` : '';
  return { detail: `written in ${Math.round(slowest)} ms, ${space}${damaged}`, figures };
}
