import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Database, openDatabase } from '../../src/platform/database/open.ts';
import { importSite } from '../../src/platform/facilities/import.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import type { Instant } from '../../src/protocol/units.ts';
import { makePlatformKeys, type TestKeys } from '../platform-keys.ts';
import { Mosquitto } from '../process/mosquitto.ts';
import { type Program, tierphone } from '../process/program.ts';
import { freePort } from '../terminal/fleet/brokers.ts';
import { startPostgres } from './postgres.ts';
import { openTerminal, type TestTerminal } from './terminal.ts';
import { asker, NO_FAULT, type SiteFile, siteFile } from './world.ts';

/** A compiled platform in a process of its own. */
export interface Running {
  readonly program: Program;
  /** The facilities that it says it serves; none where it does not answer. */
  serves(): Promise<string[]>;
}

/** One PostgreSQL and one Mosquitto as it is deployed, for several platforms. */
export class Pair {
  readonly database: Database;
  readonly keys: TestKeys;
  readonly #folder: string;
  readonly #mosquitto: Mosquitto;
  readonly #postgres: Awaited<ReturnType<typeof startPostgres>>;
  readonly #programs: Program[] = [];
  readonly #terminals: TestTerminal[] = [];
  readonly #accounts = new Map<string, { username: string; password: string }>();

  private constructor(
    folder: string,
    keys: TestKeys,
    mosquitto: Mosquitto,
    postgres: Awaited<ReturnType<typeof startPostgres>>,
    database: Database,
  ) {
    this.#folder = folder;
    this.keys = keys;
    this.#mosquitto = mosquitto;
    this.#postgres = postgres;
    this.database = database;
  }

  static async open(): Promise<Pair> {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-pair-'));
    const keys = await makePlatformKeys();
    writeFileSync(join(folder, 'platform'), keys.file);
    for (const secret of ['pepper', 'voiceprints']) writeFileSync(join(folder, secret), randomBytes(32));
    const postgres = await startPostgres();
    const database = await openDatabase({ kind: 'postgres', url: postgres.url, pool: 2 }, NO_FAULT);
    return new Pair(folder, keys, await Mosquitto.open(), postgres, database);
  }

  /** A facility with one phone, as a site file makes it. */
  async import(facility: string, change: (site: SiteFile) => void = () => undefined): Promise<void> {
    const site = siteFile(facility, (written) => {
      Object.assign(written.accounts?.[0] ?? {}, { opening: '5000.00' });
      change(written);
    });
    await importSite(this.database.db, Site.parse(site), {
      pepper: readFileSync(join(this.#folder, 'pepper')),
      now: Date.now() as Instant,
    });
  }

  /** Starts a platform under a name; more of one name are no mistake here. It may not be up yet. */
  async start(name: string): Promise<Running> {
    const account = await this.#account('platform', name);
    const port = await freePort();
    const file = join(this.#folder, `${name}-${randomUUID()}.yaml`);
    const config = {
      database: { kind: 'postgres', url: this.#postgres.url, pool: 5 },
      mqtt: { url: `mqtt://127.0.0.1:${this.#mosquitto.port}`, ...account },
      http: { port },
      keys: Object.fromEntries(['platform', 'pepper', 'voiceprints'].map((name) => [name, join(this.#folder, name)])),
    };
    writeFileSync(file, stringify(config));
    const program = tierphone('platform', '--config', file);
    this.#programs.push(program);
    const serves = async () => {
      const health = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
      return health ? ((await health.json()) as { facilities: string[] }).facilities : [];
    };
    return { program, serves };
  }

  /** The phone of a facility. */
  async phone(facility: string, life?: number): Promise<TestTerminal> {
    const account = await this.#account('terminal', facility, 'a', 't1');
    const terminal = await openTerminal(
      `mqtt://127.0.0.1:${this.#mosquitto.port}`,
      asker(facility),
      this.keys.known,
      life,
      account,
    );
    this.#terminals.push(terminal);
    return terminal;
  }

  async close(): Promise<void> {
    for (const terminal of this.#terminals) await terminal.close();
    for (const program of this.#programs) await program.stop('SIGKILL');
    await this.database.close();
    await this.#mosquitto.close();
    await this.#postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #account(...words: string[]): Promise<{ username: string; password: string }> {
    const known = this.#accounts.get(words.join(' '));
    if (known) return known;
    const { username, password } = await this.#mosquitto.account(...words);
    this.#accounts.set(words.join(' '), { username, password });
    return { username, password };
  }
}
