import { z } from 'zod';
import { openDocument } from '../../../src/terminal/storage/document.ts';
import { openJournal } from '../../../src/terminal/storage/journal.ts';
import { makeTerminalKey } from '../../terminal-keys.ts';
import { callOf, liftOf, recordEntryOf } from './entries.ts';

/**
 * A process that writes until it is killed and says what it was told is on the disk:
 * `writer.js journal|document FOLDER FIRST`.
 */
const [kind = '', folder = '', first = '0'] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);

async function writeJournal(): Promise<void> {
  const journal = await openJournal(folder, await makeTerminalKey());
  say('open');
  const one = async (n: number) => {
    await journal.append(liftOf(n));
    await journal.append(recordEntryOf(n));
    say(`kept ${n}`);
    // Most are confirmed, so that the file is compacted time and again.
    if (n % 50 === 0) return;
    say(`confirming ${n}`);
    await journal.confirm(callOf(n));
  };
  for (let n = Number(first); ; n += 4) await Promise.all([one(n), one(n + 1), one(n + 2), one(n + 3)]);
}

async function writeDocument(): Promise<void> {
  const document = await openDocument(`${folder}/number.json`, z.int(), 0);
  say('open');
  for (let n = Number(first); ; n += 1) {
    await document.write(n);
    say(`kept ${n}`);
  }
}

await (kind === 'journal' ? writeJournal() : writeDocument()).catch((error: Error) => {
  say(`failed ${error.message}`);
  process.exitCode = 1;
});
