import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

const run = promisify(execFile);
const main = join(packageRoot(), 'dist/src/cli/main.js');

it('ends without a word when nobody reads on', async () => {
  const pipeline = `"${process.execPath}" "${main}" asyncapi | head -1; echo "left with \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run('bash', ['-c', pipeline]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^# Made from .*\nleft with 0\n$/);
});
