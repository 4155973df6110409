import { join } from 'node:path';
import { z } from 'zod';
import { openDocument } from '../storage/document.ts';
import type { StorageLog } from '../storage/journal.ts';
import type { Document } from '../storage/port.ts';

/** So many results are kept; the oldest make room. */
const KEPT = 10;

/** A signed result, and whether a broker has had it. */
export const KeptResults = z.array(z.strictObject({ jws: z.string().max(32_768), published: z.boolean() })).max(KEPT);
type KeptResults = z.infer<typeof KeptResults>;

/** The file of kept results, in a terminal's data folder. */
export const resultsFile = (folder: string): string => join(folder, 'self-tests.json');

/** Opens the signed results that a terminal keeps. */
export async function openResults(
  folder: string,
  announce: (jws: string) => Promise<void>,
  log: StorageLog,
): Promise<Results> {
  return new Results(await openDocument(resultsFile(folder), KeptResults, [], { log }), announce);
}

/** Signed results: kept over a power cut, and published until a broker has each. */
export class Results {
  readonly #document: Document<KeptResults>;
  readonly #announce: (jws: string) => Promise<void>;
  #publishing = false;

  constructor(document: Document<KeptResults>, announce: (jws: string) => Promise<void>) {
    this.#document = document;
    this.#announce = announce;
  }

  /** The newest; null before the first. */
  get last(): string | null {
    return this.#document.value.at(-1)?.jws ?? null;
  }

  /** Keeps one more. Resolves when it is on the disk. @throws StorageError */
  async keep(jws: string): Promise<void> {
    await this.#document.write([...this.#document.value, { jws, published: false }].slice(-KEPT));
  }

  /** Publishes what no broker has had yet, oldest first. One that fails stays for the next time. */
  async publish(): Promise<void> {
    if (this.#publishing) return;
    this.#publishing = true;
    try {
      for (;;) {
        const next = this.#document.value.find(({ published }) => !published);
        if (next === undefined) return;
        await this.#announce(next.jws);
        const { jws } = next;
        await this.#document.write(
          this.#document.value.map((kept) => (kept.jws === jws ? { jws, published: true } : kept)),
        );
      }
    } finally {
      this.#publishing = false;
    }
  }
}
