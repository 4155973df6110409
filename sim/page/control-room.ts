import type { FastifyInstance } from 'fastify';
import { FACILITY } from '../world/folder.ts';
import type { ControlRoomDoor } from '../world/port.ts';

/**
 * The door of the control room, at `/control-room`: whoever opens it on this machine is signed in there as the sample officer. A cookie
 * knows hosts and no ports, so that one which is set here is sent to the platform's pages too.
 */
export function addControlRoom(server: FastifyInstance, door: ControlRoomDoor): void {
  server.get('/control-room', async (request, reply) => {
    if (request.headers['sec-fetch-site'] === 'cross-site')
      return reply.code(403).type('text/plain').send('this door is opened by a person, not by a page from elsewhere\n');
    try {
      const cookie = await door.enter();
      const room = new URL(door.address);
      room.hostname = request.hostname;
      room.hash = `#/${FACILITY}/live`;
      return reply.header('set-cookie', cookie).header('cache-control', 'no-store').redirect(room.href);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send(
          `The control room does not open now: ${why}. Where the platform was stopped, start it; then open this door again.\n`,
        );
    }
  });
}
