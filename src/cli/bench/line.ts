import { connect } from 'node:net';
import { Lines } from '../../terminal/bench/socket/lines.ts';
import { type Asked, socketFile, Told } from '../../terminal/bench/socket/message.ts';
import { Queue } from '../queue.ts';

/** No terminal runs here. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** A line to the bench of the terminal that runs on this machine. */
export interface BenchLine {
  say(asked: Asked): void;
  /** Each message, from the first on; ends where the terminal goes away. */
  readonly told: AsyncIterable<Told>;
  close(): void;
}

/**
 * Opens the line to the terminal whose data folder this is.
 * @throws NotRunning where there is none; Error with the remedy where this user may not.
 */
export async function openBenchLine(folder: string): Promise<BenchLine> {
  const path = socketFile(folder);
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, path)));
  });
  const told = new Queue<Told>();
  const end = () => told.end();
  socket.on('error', end).on('close', end);
  const lines = new Lines<Told, Asked>(socket, Told, (message) => told.push(message), end);
  return { say: (asked) => lines.say(asked), told, close: () => socket.destroy() };
}

function explain(error: NodeJS.ErrnoException, path: string): Error {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new NotRunning(
        'no terminal runs here: systemctl start tierphone-terminal; `tierphone doctor` tells why it does not',
      );
    case 'EACCES':
    case 'EPERM':
      return new Error(`${path}: this user may not: run it by sudo, or as the user of the terminal`);
    default:
      return new Error(`${path}: ${error.message}`);
  }
}
