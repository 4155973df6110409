import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { parse } from 'yaml';
import { trunkOf } from '../../platform/terminals/exchange/exchange.ts';
import type { Box } from './box.ts';

/** Between two looks at the arguments of all programs, ms. */
const EVERY = 200;

/** Something that nobody may read, as it could be written. */
interface Secret {
  readonly name: string;
  readonly written: readonly Buffer[];
}

/** Where somebody else could have read a secret; `kept` is in how many files of their owner alone they were found. */
export interface Told {
  readonly told: readonly string[];
  readonly kept: number;
  readonly known: number;
}

/** What is secret at a site, and a look at all places where it must not be. */
export class Secrets {
  readonly #secrets = new Map<string, Secret>();
  readonly #arguments = new Map<string, Buffer>();
  readonly #timer = setInterval(() => this.#look(), EVERY);

  /** What is in the folder of a platform's keys, and what its file has the broker let it in by. */
  learnPlatform(folder: string): void {
    for (const name of readdirSync(join(folder, 'keys'))) {
      const text = readFileSync(join(folder, 'keys', name), 'utf8');
      if (name === 'pepper' || name === 'voiceprints') this.#bytes(name, Buffer.from(text.trim(), 'base64url'));
      for (const [, d = ''] of text.matchAll(/"d":\s*"([\w-]{43})"/g)) this.#bytes(`a key of ${name}`, raw(d));
      for (const [, body = ''] of text.matchAll(/BEGIN [A-Z ]*PRIVATE KEY-----\n([^-]+)/g))
        this.text(`the key of ${name}`, body.split('\n')[0] ?? '');
    }
    this.text('the password at the broker', parse(readFileSync(join(folder, 'platform.yaml'), 'utf8')).mqtt.password);
  }

  /** What is on the card of a box now. */
  async learnBox(box: Box): Promise<void> {
    const key = await box.key();
    if (key?.d) this.#bytes(`the key of ${box.name} (${key.kid})`, raw(key.d));
    const sip = (await box.voucher())?.sip;
    const password = sip && trunkOf(sip).password;
    if (password) this.text(`a password of ${box.name} at the exchange`, password);
  }

  text(name: string, secret: string): void {
    const bytes = Buffer.from(secret);
    this.#secrets.set(secret, { name, written: [bytes, ...encoded(bytes).slice(1)] });
  }

  /** Where any was told: in lines of logs, in arguments that were seen meanwhile, in the database, in files that others may read. */
  async told(said: readonly string[], folder: string, database: pg.Client): Promise<Told> {
    this.close();
    const told: string[] = [];
    const look = (where: string, bytes: Buffer) => {
      for (const name of this.#in(bytes)) told.push(`${name}: in ${where}`);
    };
    for (const line of said) look(`a log: ${line.slice(0, 80)}`, Buffer.from(line));
    for (const [words, bytes] of this.#arguments) look(`arguments: ${words.slice(0, 80)}`, bytes);
    for (const [table, bytes] of await rowsOf(database)) look(`table ${table}`, bytes);
    let kept = 0;
    for (const { path, bytes, isClosed } of filesIn(folder, false)) {
      if (isClosed) kept += this.#in(bytes).length > 0 ? 1 : 0;
      else look(path, bytes);
    }
    return { told, kept, known: this.#secrets.size };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const bytes = readFileSync(`/proc/${pid}/cmdline`);
        this.#arguments.set(bytes.toString('latin1').replaceAll('\0', ' '), bytes);
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  #in = (bytes: Buffer): string[] =>
    [...this.#secrets.values()].flatMap(({ name, written }) =>
      written.some((one) => bytes.includes(one)) ? [name] : [],
    );

  #bytes(name: string, bytes: Buffer): void {
    this.#secrets.set(bytes.toString('hex'), { name, written: encoded(bytes) });
  }
}

const raw = (d: string) => Buffer.from(d, 'base64url');

/** As it is, in hex, and in base64 wherever it begins in what is encoded: DER, and PEM around that. */
function encoded(bytes: Buffer): Buffer[] {
  const hex = bytes.toString('hex');
  const texts = [hex, hex.toUpperCase()];
  for (const before of [0, 1, 2])
    for (const kind of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(kind)
        .replaceAll('=', '');
      // First and last have bits of what stands beside it.
      texts.push(text.slice(before === 0 ? 0 : before + 1, -1));
    }
  return [bytes, ...texts.map((text) => Buffer.from(text))];
}

async function rowsOf(database: pg.Client): Promise<[string, Buffer][]> {
  const tables = await database.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
  );
  const all: [string, Buffer][] = [];
  for (const { name } of tables.rows) {
    const { rows } = await database.query<{ row: string }>(`select t::text as row from ${name} t`);
    all.push([name, Buffer.from(rows.map(({ row }) => row).join('\n'))]);
  }
  return all;
}

/** All files below, each with whether nobody but its owner can come to it: by itself, or by a folder on the way. */
function* filesIn(folder: string, closed: boolean): Generator<{ path: string; bytes: Buffer; isClosed: boolean }> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory() && !entry.isFile()) continue;
    const isClosed = closed || (statSync(path).mode & 0o077) === 0;
    if (entry.isDirectory()) yield* filesIn(path, isClosed);
    else yield { path, bytes: readFileSync(path), isClosed };
  }
}
