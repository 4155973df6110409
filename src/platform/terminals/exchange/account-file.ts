import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { replaceFile } from '../../../protocol/durable.ts';
import { newAccount, userOf } from './account.ts';
import { authorityOf } from './authority.ts';
import type { AccountFileConfig } from './config.ts';
import { type ExchangeAccounts, ExchangeError, type PhonePlace } from './port.ts';

const run = promisify(execFile);

/** For the program that has the exchange read the list, ms. */
const PATIENCE = 30_000;

const Line = z.object({ user: z.string(), domain: z.string(), realm: z.string(), ha1: z.string() });
type Line = z.infer<typeof Line>;

/** Accounts as a list that an exchange reads: a line of JSON each, `user`, `domain`, `realm`, `ha1`. */
export class AccountFile implements ExchangeAccounts {
  readonly #config: AccountFileConfig;
  /** What is being done: one after another, as each writes the whole file. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(config: AccountFileConfig) {
    this.#config = config;
  }

  give(place: PhonePlace) {
    return this.#inTurn(async () => {
      const { kept, login } = newAccount(place, this.#config, await authorityOf(this.#config));
      await this.#change(kept.user, kept);
      return login;
    });
  }

  revoke(place: Omit<PhonePlace, 'unit'>): Promise<void> {
    return this.#inTurn(() => this.#change(userOf(place), null));
  }

  async close(): Promise<void> {
    await this.#last;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #change(user: string, account: Line | null): Promise<void> {
    const { file, trunk } = this.#config;
    const { lines, group } = await this.#read();
    const others = lines.filter((line) => line.user !== user || line.domain !== trunk.domain);
    const text = [...others, ...(account ? [account] : [])].map((line) => `${JSON.stringify(line)}\n`).join('');
    await replaceFile(file, Buffer.from(text), group).catch((cause: Error) => {
      throw new ExchangeError(`the exchange's accounts cannot be written: ${cause.message}`, { cause });
    });
    // Also where nothing was changed: it may not have come to it before.
    await this.#reload(user);
  }

  /** All accounts, and the group that may read them beside us. */
  async #read(): Promise<{ readonly lines: readonly Line[]; readonly group: number | null }> {
    const { file } = this.#config;
    try {
      const [text, { mode, gid }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
      const lines = text.split('\n').filter((line) => line !== '');
      return { lines: lines.map((line) => Line.parse(JSON.parse(line))), group: (mode & 0o040) === 0 ? null : gid };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { lines: [], group: null };
      // What is wrong with a line would be told with the line, and so with what passes for a password.
      const why = code === undefined ? `${file} has a line that is no account` : message;
      throw new ExchangeError(`the exchange's accounts cannot be read: ${why}`);
    }
  }

  async #reload(user: string): Promise<void> {
    const [program, ...args] = this.#config.reload ?? [];
    if (program === undefined) return;
    const env = { ...process.env, TIERPHONE_ACCOUNT: `${user}@${this.#config.trunk.domain}` };
    await run(program, args, { timeout: PATIENCE, env }).catch((cause: Error & { stderr?: string }) => {
      const why = cause.stderr?.trim().split('\n').at(-1) || cause.message.split('\n')[0];
      throw new ExchangeError(`the exchange did not read its accounts: ${program}: ${why}`, { cause });
    });
  }
}
