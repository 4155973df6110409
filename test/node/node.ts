import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/protocol/package-root.ts';

/**
 * The `node` of a version, from npm's package of its binaries; kept in `.cache/node`.
 * @throws Error where the npm registry cannot be reached
 */
export function nodeOf(version: string): string {
  const cache = join(packageRoot(), '.cache/node');
  const folder = join(cache, version);
  const program = join(folder, 'package/bin/node');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, 'new-'));
  try {
    // Fetched, not installed: a dependency would put its `node` before the one that runs npm's scripts.
    const name = `node-${platform()}-${arch()}@${version}`;
    const archive = execFileSync('npm', ['pack', '--silent', '--pack-destination', draft, name], { encoding: 'utf8' });
    execFileSync('tar', ['-xzf', join(draft, archive.trim()), '-C', draft, 'package/bin/node']);
    rmSync(join(draft, archive.trim()));
    renameSync(draft, folder);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(program)) throw new Error(`Node ${version} could not be fetched from the npm registry`, { cause });
  }
  return program;
}
