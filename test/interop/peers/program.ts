import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Whether a program is installed. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(kind: 'udp' | 'tcp'): Promise<number> {
  if (kind === 'tcp') {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new Error('no TCP port');
    return address.port;
  }
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A port of 127.0.0.1 that was free a moment ago together with the one after it, for TCP and, all but surely, for UDP. */
export async function freePair(): Promise<number> {
  for (;;) {
    const port = await freePort('tcp');
    const next = createServer();
    const free = await new Promise<boolean>((resolve) => {
      next.once('error', () => resolve(false));
      next.listen(port + 1, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    next.close();
    await once(next, 'close');
    if (!(await isBound(port))) return port;
  }
}

/** Whether some process is bound to that UDP port (proc(5), /proc/net/udp). */
export async function isBound(port: number): Promise<boolean> {
  const table = await readFile('/proc/net/udp', 'utf8');
  return table.includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} `);
}

/** A program under way. */
export interface Program {
  readonly pid: number;
  /** All it has written so far. */
  output(): string;
  /** Resolves with its exit code. */
  readonly exited: Promise<number | null>;
  /** Waits until it is ready, as `holds` says; throws with what it wrote where it ends before or takes too long. */
  ready(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** A line to its standard input. */
  say(line: string): void;
  stop(): Promise<void>;
}

/** Starts a program, with `env` beside our own, and gathers its output. */
export function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Program {
  const child: ChildProcess = spawn(command, args, {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  child.stdin?.on('error', () => undefined);
  let whole = '';
  // Each stream by itself up to its line ends: pieces of one come in the middle of a line of the other.
  const begun = ['', ''];
  for (const [n, stream] of [child.stdout, child.stderr].entries()) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      const text = begun[n] + piece;
      const end = text.lastIndexOf('\n') + 1;
      whole += text.slice(0, end);
      begun[n] = text.slice(end);
    });
  }
  const output = () => whole + begun.filter((line) => line !== '').join('\n');
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('exit', (code) => resolve(code));
    child.on('error', reject);
  });
  const over = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (over()) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => killWhole(child), 3_000);
    await exited;
    clearTimeout(hard);
  };
  return {
    pid: child.pid ?? 0,
    output,
    exited,
    say: (line) => void child.stdin?.write(`${line}\n`),
    async ready(what, holds) {
      try {
        await until(what, async () => over() || (await holds()));
        if (over()) throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}`);
      } catch (error) {
        await stop();
        throw new Error(`${String(error)}: ${output()}`);
      }
    },
    stop,
  };
}

/** With what it has started: that would hold its ports, and whoever comes after it could not have them. */
function killWhole(child: ChildProcess): void {
  if (child.pid === undefined) return;
  for (const pid of [...childrenOf(child.pid), child.pid]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Waits until a condition holds; throws with `what` after `limit` ms. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = performance.now() + limit;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`gave up waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
