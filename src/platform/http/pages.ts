import { existsSync } from 'node:fs';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { packageRoot } from '../../protocol/package-root.ts';

/** Serves the control room at `/`; false where it is not built. Its parts are asked for anew each time, and sent where they have changed. */
export async function servePages(app: FastifyInstance): Promise<boolean> {
  const root = join(packageRoot(), 'dist/src/web/console');
  if (!existsSync(join(root, 'index.html'))) return false;
  await app.register(async (pages) => {
    // A route for each file: every other path is answered as if there were no pages.
    await pages.register(serveFiles, { root, wildcard: false, cacheControl: true, maxAge: 0 });
  });
  return true;
}
