import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A disk with a write-back cache, as a card or a drive has: what was written and not flushed is lost when the power goes, whatever
 * the host's own page cache would keep. By nbdkit, whose cache filter holds writes until a flush.
 */
export class VolatileDisk {
  /** As QEMU names it. */
  readonly url: string;
  readonly #server: ChildProcess;

  private constructor(server: ChildProcess, socket: string) {
    this.#server = server;
    this.url = `nbd+unix:///?socket=${socket}`;
  }

  /** Serves the image at a socket that is not there yet. */
  static async open(image: string, socket: string): Promise<VolatileDisk> {
    const args = [
      '--foreground',
      '--exit-with-parent',
      '--unix',
      socket,
      '--filter=cache',
      'file',
      image,
      'cache=writeback',
    ];
    const server = spawn('nbdkit', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    for (let tries = 0; !existsSync(socket); tries++) {
      if (server.exitCode !== null || tries > 600) throw new Error(`nbdkit does not serve ${image}`);
      await pause(50);
    }
    return new VolatileDisk(server, socket);
  }

  /** The power goes: what was not flushed is lost. */
  async kill(): Promise<void> {
    const gone = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await gone;
  }
}
