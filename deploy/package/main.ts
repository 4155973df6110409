import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { build } from './build.ts';

/**
 * `npm run package`: makes the Debian packages for machines like this one out of what `npm run build` and `npm ci` left.
 * The first argument is the folder they go to, dist/package where not given.
 */
const root = packageRoot();
const [out = join(root, 'dist/package')] = process.argv.slice(2);
const epoch = process.env.SOURCE_DATE_EPOCH ?? lastCommit();
const stage = mkdtempSync(join(tmpdir(), 'tierphone-package-'));
try {
  for (const file of await build({ root, out, stage, epoch: Number(epoch) })) process.stdout.write(`${file}\n`);
} finally {
  rmSync(stage, { recursive: true });
}

/** Seconds since 1970 of the last commit. @throws Error where this is no checkout */
function lastCommit(): string {
  return execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).trim();
}
