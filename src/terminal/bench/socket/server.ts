import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { Subscription } from 'rxjs';
import type { Diagnosis } from '../../../protocol/finding.ts';
import { BenchBusy } from '../port.ts';
import type { RunningTest } from '../running-test.ts';
import type { Tests } from '../tests.ts';
import { Lines } from './lines.ts';
import { Asked, socketFile, type Told } from './message.ts';

/** So many technicians at once are enough. */
const MOST = 8;
/** Bytes of a path that a Unix socket may have (sun_path), its end not counted. */
const LONGEST_PATH = 107;

/** What the socket gives access to. */
export interface Served {
  readonly tests: Tests;
  diagnose(): Diagnosis;
}

/**
 * Listens for technicians on this machine, in the data folder, which only the terminal's own user and root can open. A path
 * that is too long is told in the log and there is no socket: the phone itself goes on.
 */
export async function serve(folder: string, served: Served, log: Logger): Promise<{ close(): Promise<void> }> {
  const path = socketFile(folder);
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    log.warn(
      { path },
      `no socket for tierphone selftest: ${LONGEST_PATH} bytes are all a path may have; use a shorter data folder`,
    );
    return { close: async () => {} };
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    if (open.size >= MOST) return socket.destroy();
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    attend(socket, served, log);
  });
  server.maxConnections = MOST;
  try {
    // Left by a terminal that was killed: the folder's lock says that there is no other.
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    await chmod(path, 0o600);
  } catch (error) {
    log.warn({ err: error, path }, 'no socket for tierphone selftest');
  }
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves one technician until he leaves. */
function attend(socket: Socket, { tests, diagnose }: Served, log: Logger): void {
  const watching = new Subscription();
  let own: RunningTest | null = null;
  const lines = new Lines<Asked, Told>(
    socket,
    Asked,
    (asked) => void hear(asked).catch((error: unknown) => refuse(error)),
    (why) => log.warn(`a program at the bench was let go: ${why}`),
  );
  const refuse = (error: unknown) => {
    if (!(error instanceof BenchBusy)) log.error({ err: error }, 'the bench could not do what it was asked');
    const reason = error instanceof BenchBusy ? error.message : 'it did not work: see the log of the terminal';
    lines.say({ type: 'refused', reason });
  };
  const hear = async (asked: Asked): Promise<void> => {
    switch (asked.type) {
      case 'start': {
        const test = await tests.start(asked.parts, 'technician');
        own = test;
        watching.add(test.progress.subscribe((progress) => lines.say({ type: 'progress', progress })));
        watching.add(
          tests.finished.subscribe(({ result, jws }) => {
            if (result.id === test.id) lines.say({ type: 'result', result, jws });
          }),
        );
        if (socket.destroyed) tests.stop('whoever started it has left');
        return;
      }
      case 'skip':
        return own?.feed({ type: 'skip' });
      case 'answer':
        return own?.feed({ type: 'answer', yes: asked.yes });
      case 'stop':
        return own?.feed({ type: 'stop', why: 'stopped by the technician' });
      case 'doctor':
        return lines.say({ type: 'diagnosis', diagnosis: diagnose() });
    }
  };
  socket.on('close', () => {
    watching.unsubscribe();
    own?.feed({ type: 'stop', why: 'whoever started it has left' });
  });
}
