import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SiteReport } from '../../../protocol/api/site.ts';
import type { Database } from '../../database/open.ts';
import { HttpError } from '../../http/access.ts';
import { bringSite, type SiteJob, type SiteKeys } from './bring.ts';

/** What the thread is given. */
export interface SiteWork {
  readonly access: Database['access'];
  readonly job: SiteJob;
  readonly keys: SiteKeys;
}

/** What comes of it. */
export type SiteAnswer =
  | { readonly report: SiteReport }
  | { readonly refused: { readonly status: number; readonly why: string } };

const THREAD = new URL('./site-thread.js', import.meta.url);

/** Site files on their way in, one at a time: in a thread when compiled; from the sources, which a worker of Node 20 cannot load, in this one. */
export class Sites {
  readonly #database: Pick<Database, 'db' | 'access'>;
  readonly #keys: SiteKeys;
  #busy = false;
  #worker: Worker | null = null;

  constructor(database: Pick<Database, 'db' | 'access'>, keys: SiteKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  /** @throws HttpError as `bringSite` does; 409 where another is on its way */
  async bring(job: SiteJob): Promise<SiteReport> {
    if (this.#busy) throw new HttpError(409, 'another site file is being brought in: ask again when that is over');
    this.#busy = true;
    try {
      return existsSync(fileURLToPath(THREAD))
        ? await this.#inThread(job)
        : await bringSite(this.#database.db, job, this.#keys);
    } finally {
      this.#busy = false;
    }
  }

  /** What is on its way is undone. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #inThread(job: SiteJob): Promise<SiteReport> {
    const work: SiteWork = { access: this.#database.access, job, keys: this.#keys };
    const worker = new Worker(THREAD, { workerData: work });
    this.#worker = worker;
    const answer = await new Promise<SiteAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () =>
        reject(new HttpError(503, 'the site file was not brought in: the platform is being stopped')),
      );
    });
    this.#worker = null;
    if ('report' in answer) return answer.report;
    throw new HttpError(answer.refused.status, answer.refused.why);
  }
}
