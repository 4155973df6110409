import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../src/protocol/package-root.ts';

const WRITER = join(packageRoot(), 'dist/test/terminal/storage/writer.js');

/**
 * Runs `writer.ts` compiled (`npm run build`) until `enough` says so of what it has printed, then kills it with no
 * warning; gives all that it printed.
 */
export async function write(
  args: readonly string[],
  enough: (lines: readonly string[]) => boolean,
  options: { uid?: number; fileSizeAtMost?: number } = {},
): Promise<readonly string[]> {
  if (!existsSync(WRITER)) throw new Error(`${WRITER} is missing: run npm run build`);
  const node = [process.execPath, WRITER, ...args];
  // ulimit counts in blocks of 512 bytes (POSIX) or 1,024; the test does not mind which.
  const [command = '', ...rest] =
    options.fileSizeAtMost === undefined
      ? node
      : ['sh', '-c', `ulimit -f ${options.fileSizeAtMost / 512}; exec "$@"`, 'sh', ...node];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (enough(lines)) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return lines;
}
