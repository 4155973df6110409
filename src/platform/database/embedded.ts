import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { lockFolder } from '../../protocol/folder-lock.ts';
import { type EmbeddedServer, servePglite } from './pglite.ts';

/**
 * Starts the embedded database in `folder`, which is locked for this process. In a thread of its own when
 * compiled; from the sources, which a worker of Node 20 cannot load, in this one.
 * @throws FolderInUseError where another process has the folder.
 */
export async function startEmbedded(folder: string, onDeath: (cause: Error) => void): Promise<EmbeddedServer> {
  const release = lockFolder(folder);
  try {
    const thread = new URL('./embedded-thread.js', import.meta.url);
    const data = join(folder, 'data');
    const server = existsSync(fileURLToPath(thread)) ? await inThread(thread, data, onDeath) : await servePglite(data);
    return { host: server.host, close: () => server.close().finally(release) };
  } catch (error) {
    release();
    throw error;
  }
}

async function inThread(thread: URL, data: string, onDeath: (cause: Error) => void): Promise<EmbeddedServer> {
  const worker = new Worker(thread, { workerData: data });
  let closing = false;
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const host = await new Promise<string>((resolve, reject) => {
    worker.once('message', (where) => resolve(String(where)));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the embedded database ended before it was open')));
  });
  // An error ends the thread: told once, by its end.
  let why: Error | null = null;
  worker.on('error', (cause) => {
    why = cause;
  });
  worker.once('exit', () => {
    if (!closing) onDeath(new Error('the embedded database ended by itself', { cause: why }));
  });
  return {
    host,
    close: async () => {
      closing = true;
      worker.postMessage('close');
      await gone;
    },
  };
}
