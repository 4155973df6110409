import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signRecord, verifyRecord } from '../../../src/protocol/attest.ts';
import type { SignedRecord } from '../../../src/protocol/messages.ts';
import { openJournal } from '../../../src/terminal/storage/journal.ts';
import { toLine } from '../../../src/terminal/storage/line.ts';
import { makeTerminalKey } from '../../terminal-keys.ts';
import { write } from './child.ts';
import { callOf, liftOf, recordEntryOf, recordOf } from './entries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = await makeTerminalKey();
/** The n-th record as it is kept. */
const signedOf = async (n: number) => ({ call: callOf(n), jws: await signRecord(recordOf(n), key) });
const signedEntryOf = async (n: number) => ({ type: 'signed' as const, ...(await signedOf(n)) });

const file = () => join(folder, 'journal.log');
const numbers = (entries: readonly { type: string }[]) => entries.map((entry) => JSON.stringify(entry));

test('what was appended is found again, and what was confirmed waits no more', async () => {
  const journal = await openJournal(folder, key);
  const seen: SignedRecord[] = [];
  journal.records.subscribe((record) => seen.push(record));
  await journal.append(liftOf(1));
  await journal.append(recordEntryOf(1));
  await journal.append(recordEntryOf(2));
  await journal.confirm(callOf(1));
  await journal.confirm(callOf(99));
  expect(journal.waiting()).toEqual([await signedOf(2)]);
  expect(seen).toEqual([await signedOf(1), await signedOf(2)]);
  await journal.close();
  await expect(journal.append(liftOf(3))).rejects.toThrow('closed');

  const again = await openJournal(folder, key);
  const confirmed = { type: 'confirmed', call: callOf(1) };
  expect(again.found).toEqual([liftOf(1), await signedEntryOf(1), await signedEntryOf(2), confirmed]);
  expect(again.waiting()).toEqual([await signedOf(2)]);
  expect(again.quarantined).toBe(0);
  await again.close();
});

test('a record is kept as the word of this phone, and says so after a start with another key', async () => {
  const journal = await openJournal(folder, key);
  await journal.append(recordEntryOf(1));
  await journal.close();
  const again = await openJournal(folder, await makeTerminalKey());
  expect(again.waiting()).toEqual([await signedOf(1)]);
  const { record, key: by } = await verifyRecord(again.waiting()[0]?.jws ?? '');
  expect([record, by.kid]).toEqual([recordOf(1), key.kid]);
  await again.close();
});

test('records of a version that did not sign are signed when they are found, and the file with them', async () => {
  const old = [liftOf(1), recordEntryOf(1), recordEntryOf(2), { type: 'confirmed' as const, call: callOf(1) }];
  await writeFile(file(), `${old.map(toLine).join('')}\x1ecut off`);
  for (const opener of [key, await makeTerminalKey()]) {
    const journal = await openJournal(folder, opener);
    expect(journal.waiting()).toEqual([await signedOf(2)]);
    await journal.close();
  }
});

test('appends made at once are kept in the order of the calls', async () => {
  const journal = await openJournal(folder, key);
  await Promise.all(Array.from({ length: 500 }, (_, n) => journal.append(liftOf(n))));
  await journal.close();
  const again = await openJournal(folder, key);
  expect(again.found).toEqual(Array.from({ length: 500 }, (_, n) => liftOf(n)));
  await again.close();
});

test('the file is compacted when nothing waits, and the call under way stays in it', async () => {
  const journal = await openJournal(folder, key);
  await journal.append(liftOf(0));
  for (let n = 1; n <= 300; n += 1) {
    await journal.append(recordEntryOf(n));
    await journal.confirm(callOf(n));
  }
  await journal.close();
  expect((await stat(file())).size).toBeLessThan(70_000);
  const again = await openJournal(folder, key);
  expect(again.found[0]).toEqual(liftOf(0));
  await again.close();
});

test('of a file cut anywhere, every whole line is found', async () => {
  const entries = [liftOf(1), await signedEntryOf(1), liftOf(2), await signedEntryOf(2)];
  const lines = entries.map(toLine);
  const whole = lines.join('');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), async (length) => {
      await writeFile(file(), whole.slice(0, length));
      const journal = await openJournal(folder, key);
      // Only the newline may be missing: the line is whole without it.
      const kept = lines.filter((_, n) => lines.slice(0, n + 1).join('').length <= length + 1);
      expect(journal.found).toEqual(entries.slice(0, kept.length));
      expect(journal.quarantined).toBe(0);
      // What is written after a cut must not stick to it.
      await journal.append(liftOf(9));
      await journal.close();
      const again = await openJournal(folder, key);
      expect(again.found).toEqual([...entries.slice(0, kept.length), liftOf(9)]);
      await again.close();
    }),
    { numRuns: 120 },
  );
});

test('of a file with damaged bits, every line without one is found and the others are set aside', async () => {
  const entries = [liftOf(1), await signedEntryOf(1), liftOf(2), await signedEntryOf(2), liftOf(3)];
  const lines = entries.map(toLine);
  const whole = Buffer.from(lines.join(''));
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(7)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(flips, async (where) => {
      const damaged = Buffer.from(whole);
      for (const [at, bit] of where) damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      await writeFile(file(), damaged);
      const journal = await openJournal(folder, key);
      await journal.close();
      let start = 0;
      const unhurt = entries.filter((_, n) => {
        const from = start;
        start += lines[n]?.length ?? 0;
        return damaged.subarray(from, start).equals(whole.subarray(from, start));
      });
      expect(numbers(entries)).toEqual(expect.arrayContaining(numbers(journal.found)));
      expect(numbers(journal.found)).toEqual(expect.arrayContaining(numbers(unhurt)));
      // Set aside once: the next start finds a sound file.
      const again = await openJournal(folder, key);
      expect(again.found).toEqual(journal.found);
      expect(again.quarantined).toBe(0);
      await again.close();
    }),
    { numRuns: 120 },
  );
});

test('a bad line in the middle is told of, kept beside the file byte by byte, and what follows is found', async () => {
  const bad = Buffer.from('\x1edeadbeef {"type":"lifted"} \xff\xfe\n', 'latin1');
  await writeFile(file(), Buffer.concat([Buffer.from(toLine(liftOf(1))), bad, Buffer.from(toLine(liftOf(2)))]));
  const told: string[] = [];
  const journal = await openJournal(folder, key, { warn: (_, text) => told.push(text) });
  expect(journal.found).toEqual([liftOf(1), liftOf(2)]);
  expect(journal.quarantined).toBe(1);
  expect(told).toEqual(['damaged journal lines set aside in journal.quarantine']);
  expect(await readFile(join(folder, 'journal.quarantine'))).toEqual(bad.subarray(1));
  await journal.close();
});

describe('killed with no warning', () => {
  test('every append that was acknowledged is found again, compactions included', async () => {
    const kept = new Set<number>();
    const confirming = new Set<number>();
    let first = 1;
    for (let round = 0; round < 4; round += 1) {
      const stopAt = 1 + ((round * 137) % 700);
      const lines = await write(['journal', folder, String(first)], (all) => all.length >= stopAt);
      expect(lines[0]).toBe('open');
      for (const line of lines) {
        const n = Number(line.split(' ')[1]);
        if (line.startsWith('kept')) kept.add(n);
        if (line.startsWith('confirming')) confirming.add(n);
        if (line.includes(' ')) first = Math.max(first, n + 8);
      }
      const journal = await openJournal(folder, key);
      expect(journal.quarantined).toBe(0);
      const waiting = new Set(journal.waiting().map(({ call }) => call));
      const lost = [...kept].filter((n) => !confirming.has(n) && !waiting.has(callOf(n)));
      expect(lost).toEqual([]);
      await journal.close();
    }
    expect(kept.size).toBeGreaterThan(100);
  });
});

describe('one writer at a time', () => {
  test('a folder in use is refused, by this process and by another', async () => {
    const journal = await openJournal(folder, key);
    await expect(openJournal(folder, key)).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    const lines = await write(['journal', folder], () => false);
    expect(lines).toEqual([expect.stringMatching(/^failed .*is in use by process \d+: stop that process/)]);
    await journal.close();
    await (await openJournal(folder, key)).close();
  });

  test('the lock of a process that is gone, or whose number belongs to another now, is taken over', async () => {
    for (const owner of ['', 'nonsense', '4194305 boot 1', `${process.pid} another-boot 7`]) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'lock'), owner);
      await (await openJournal(folder, key)).close();
    }
  });
});

describe('a disk that refuses', () => {
  test('where no more can be written, the append fails in plain words and what was acknowledged stays', async () => {
    const lines = await write(['journal', folder, '1'], () => false, { fileSizeAtMost: 8_192 });
    expect(lines.at(-1)).toMatch(/^failed .*journal.log: the journal cannot be written: .*size limit/);
    const journal = await openJournal(folder, key);
    const waiting = new Set(journal.waiting().map(({ call }) => call));
    const confirming = lines.filter((line) => line.startsWith('confirming')).map((line) => line.split(' ')[1]);
    const kept = lines.filter((line) => line.startsWith('kept')).map((line) => line.split(' ')[1]);
    expect(kept.filter((n) => !confirming.includes(n) && !waiting.has(callOf(Number(n))))).toEqual([]);
    await journal.close();
  });

  test('a folder that may not be written is named with the remedy', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o555 });
    // The superuser may write everywhere: then somebody else tries.
    const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const lines = await write(['journal', closed], () => false, uid);
    expect(lines).toEqual([`failed ${closed}: the journal cannot be opened: not allowed: give this user the folder`]);
  });

  test('a file where the folder should be is named', async () => {
    await appendFile(join(folder, 'file'), '');
    await expect(openJournal(join(folder, 'file', 'data'), key)).rejects.toThrow('a part of the path is a file');
  });
});
