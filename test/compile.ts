import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/protocol/package-root.ts';

/** A small C program of ours, compiled; `close` takes it away. */
export interface Compiled {
  readonly program: string;
  close(): void;
}

/**
 * Compiles `source` (a path from the package's root) against `libraries`, as `-lspandsp`. Throws an Error that names what to
 * install, with what gcc said.
 */
export function compile(source: string, libraries: readonly string[], packages: readonly string[]): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  const program = join(folder, 'program');
  const close = () => rmSync(folder, { recursive: true, force: true });
  try {
    const args = ['-O2', '-Wall', '-Werror', '-o', program, join(packageRoot(), source), ...libraries];
    execFileSync('gcc', args, { stdio: 'pipe' });
  } catch (error) {
    close();
    throw new Error(`${source} was not compiled; install ${['gcc', ...packages].join(' ')}: ${String(error)}`);
  }
  return { program, close };
}
