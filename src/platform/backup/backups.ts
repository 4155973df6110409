import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { packageVersion } from '../../protocol/package-root.ts';
import type { PlatformConfig } from '../config.ts';
import type { Control } from '../context.ts';
import { SCHEMAS } from '../database/migrate.ts';
import { filesOf } from '../files.ts';
import { HttpError } from '../http/access.ts';
import { Quota } from '../link/quota.ts';
import { dumpEmbedded } from './embedded-database.ts';
import { BackupFault } from './fault.ts';
import { gathered } from './gather.ts';
import { holdingsOf } from './holdings.ts';
import { CONFIGURATION } from './manifest.ts';
import { packed } from './pack.ts';
import { sealerTo } from './seal.ts';
import { dumpServer } from './server-database.ts';

/** Each reads the whole database: so many at once, and so many an hour after that. */
const HOURLY = 6;

interface Given extends Pick<Control, 'db' | 'now'> {
  readonly config: PlatformConfig;
  /** The file that the configuration was read from; null where there is none. */
  readonly file: string | null;
  /** The thumbprint of the key that signs replies. */
  readonly fingerprint: string;
}

/** Backups of this platform, encrypted as they are made; one at a time. */
export class Backups {
  readonly #given: Given;
  readonly #log: Logger;
  readonly #seal: ReturnType<typeof sealerTo> | null;
  readonly #quota = new Quota(HOURLY, HOURLY / 3_600);
  #busy = false;
  #going: Readable | null = null;

  /** @throws Error naming a recipient that is none */
  constructor(given: Given, log: Logger) {
    this.#given = given;
    this.#log = log;
    const { backup } = given.config;
    this.#seal = backup ? sealerTo(backup.recipients) : null;
  }

  /** Begins one; its bytes are made as fast as they are taken. @throws HttpError 409, 429, 503 */
  async begin(): Promise<Readable> {
    const seal = this.#seal;
    if (!seal)
      throw new HttpError(
        409,
        'backup.recipients is wanted in the configuration of the platform, as tierphone backup keygen prints it',
      );
    if (this.#busy) throw new HttpError(409, 'another backup is being made: ask again when that is over');
    if (this.#quota.take('') === null)
      throw new HttpError(429, `${HOURLY} backups were made within an hour: ask again later`);
    this.#busy = true;
    const over = () => {
      this.#busy = false;
      this.#going = null;
    };
    try {
      const started = performance.now();
      const stream = await this.#open(seal);
      this.#going = stream;
      let ended = false;
      stream.once('end', () => {
        ended = true;
      });
      stream.once('error', (err) => this.#log.error({ err }, 'a backup broke off'));
      stream.once('close', () => {
        over();
        const seconds = Math.round((performance.now() - started) / 1_000);
        if (ended) this.#log.info({ seconds }, 'a backup was made');
        else this.#log.warn({ seconds }, 'a backup was not taken to its end');
      });
      return stream;
    } catch (err) {
      over();
      this.#log.error({ err }, 'a backup could not be begun');
      const why = err instanceof BackupFault ? err.message : 'the log of the platform says why';
      throw new HttpError(503, `the backup could not be begun: ${why}`);
    }
  }

  /** What is under way breaks off. */
  close(): void {
    this.#going?.destroy();
  }

  async #open(seal: ReturnType<typeof sealerTo>): Promise<Readable> {
    const { db, now, config, file, fingerprint } = this.#given;
    const own = file === null ? [] : [{ setting: CONFIGURATION, path: file }];
    const files = await gathered([...own, ...filesOf(config)]);
    const holds = await holdingsOf(db);
    const { database } = config;
    const dump = database.kind === 'embedded' ? dumpEmbedded(database.folder, db) : dumpServer(database);
    return seal(
      packed({
        ...{ program: packageVersion(), schema: SCHEMAS.at(-1) ?? '', made: now(), platform: fingerprint, holds },
        ...{ kind: database.kind, database: await dump, files },
      }),
    );
  }
}
