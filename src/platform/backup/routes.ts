import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Door } from '../http/access.ts';
import { addRoute } from '../http/frame.ts';
import { none } from '../http/route.ts';
import { leaveTrail } from '../people/trail.ts';
import type { Backups } from './backups.ts';

const FILE = {
  description: 'A backup, encrypted (age)',
  content: { 'application/octet-stream': { schema: z.string() } },
};

/** All of the platform in one file, for who runs it: he can have it made, and not read it. */
export function backupRoutes(app: FastifyInstance, door: Door, backups: Backups): void {
  addRoute(
    app,
    door,
    {
      ...{ path: '/backup', right: 'backup.take', params: none, answer: z.string() },
      summary: 'Take a backup of the platform, encrypted to those whom its configuration names',
    },
    { method: 'GET', sent: none, response: { 200: FILE }, exposeHeadRoute: false },
    async ({ who, at }, reply) => {
      const backup = await backups.begin();
      try {
        await door.db.transaction().execute((trx) => leaveTrail(trx, null, who, { what: 'backup.take' }, at));
      } catch (error) {
        backup.destroy();
        throw error;
      }
      reply.type('application/octet-stream');
      reply.header('content-disposition', 'attachment; filename="tierphone.tar.age"');
      return backup;
    },
  );
  app.addHook('onClose', async () => backups.close());
}
