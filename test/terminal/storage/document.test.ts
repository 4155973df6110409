import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openDocument } from '../../../src/terminal/storage/document.ts';
import { storageError } from '../../../src/terminal/storage/error.ts';
import { write } from './child.ts';

const Shape = z.strictObject({ state: z.enum(['open', 'lockdown']), sequence: z.int() });
const INITIAL = { state: 'open', sequence: 0 } as const;
const STORED = { state: 'lockdown', sequence: 1_234 } as const;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'document-'));
  path = join(folder, 'deep', 'lockdown.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what was written is read again, and the folder is made', async () => {
  const document = await openDocument(path, Shape, INITIAL);
  expect(document.value).toEqual(INITIAL);
  await document.write(STORED);
  expect(document.value).toEqual(STORED);
  expect((await openDocument(path, Shape, INITIAL)).value).toEqual(STORED);
});

test('writes made at once are done in the order of the calls', async () => {
  const document = await openDocument(path, z.int(), 0);
  await Promise.all(Array.from({ length: 30 }, (_, n) => document.write(n)));
  expect((await openDocument(path, z.int(), 0)).value).toBe(29);
});

test('damaged anywhere, it is whole or set aside, never another value', async () => {
  await (await openDocument(path, Shape, INITIAL)).write(STORED);
  const whole = await readFile(path);
  const damage = fc.oneof(
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc.tuple(fc.nat(whole.length - 1), fc.nat(7)).map(([at, bit]) => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ (1 << bit);
      return copy;
    }),
    fc.uint8Array({ maxLength: 60 }),
  );
  const safe = { state: 'lockdown', sequence: -1 } as const;
  await fc.assert(
    fc.asyncProperty(damage, async (bytes) => {
      await writeFile(path, bytes);
      const told: string[] = [];
      const options = { log: { warn: (_: object, text: string) => told.push(text) }, whenDamaged: () => safe };
      const { value } = await openDocument(path, Shape, INITIAL, options);
      // A byte changed into white space between two values leaves the document as it was.
      if (told.length === 0) {
        expect(value).toEqual(STORED);
        return;
      }
      expect(value).toEqual(safe);
      expect(told).toEqual([`document is damaged and was set aside as ${path}.damaged`]);
      expect(new Uint8Array(await readFile(`${path}.damaged`))).toEqual(new Uint8Array(bytes));
      // The safe value is on the disk: it holds over the next start too.
      expect((await openDocument(path, Shape, INITIAL)).value).toEqual(safe);
    }),
    { numRuns: 150 },
  );
});

test('killed at any moment, it holds what was last acknowledged or the one after', async () => {
  let next = 1;
  for (let round = 0; round < 4; round += 1) {
    const lines = await write(['document', folder, String(next)], (all) => all.length >= 2 + round * 60);
    const last = Number(lines.at(-1)?.split(' ')[1]);
    const { value } = await openDocument(join(folder, 'number.json'), z.int(), 0);
    expect(value === last || value === last + 1).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.damaged'))).toEqual([]);
    next = value + 1;
  }
});

test('a write that fails leaves the old value, and is told in plain words', async () => {
  const document = await openDocument(path, z.int(), 7);
  await rm(join(folder, 'deep'), { recursive: true });
  await expect(document.write(8)).rejects.toThrow(`${path}: the document cannot be written`);
  expect(document.value).toBe(7);
});

test('a full disk is called one', async () => {
  const full = await open('/dev/full', 'a');
  const cause: unknown = await full.write('x').catch((error: unknown) => error);
  await full.close();
  expect(storageError('it cannot be written', '/data', cause).message).toBe(
    '/data: it cannot be written: the disk is full: free some space',
  );
});
