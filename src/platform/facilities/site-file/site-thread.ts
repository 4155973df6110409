import { parentPort, workerData } from 'node:worker_threads';
import { openBeside } from '../../database/open.ts';
import { HttpError } from '../../http/access.ts';
import { bringSite } from './bring.ts';
import type { SiteAnswer, SiteWork } from './sites.ts';

// A file of 100,000 callers takes seconds to read and to compare: in a thread of its own no call waits for it.
const { access, job, keys } = workerData as SiteWork;
const { db, close } = openBeside(access, 'tierphone-site-file');
const answer: SiteAnswer = await bringSite(db, job, keys)
  .then((report) => ({ report }))
  .catch((error: unknown) => {
    if (error instanceof HttpError) return { refused: { status: error.statusCode, why: error.message } };
    throw error;
  })
  .finally(close);
parentPort?.postMessage(answer);
