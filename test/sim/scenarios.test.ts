import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

const run = promisify(execFile);
const folder = join(packageRoot(), 'sim/scenarios');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const start = (...args: string[]) =>
  run(process.execPath, [join(packageRoot(), 'dist/sim/main.js'), ...args], { maxBuffer: 1 << 26 });

describe('each scenario, played by the compiled program, goes as its file says', () => {
  it.concurrent.each(files)('%s', { timeout: 300_000 }, async (file) => {
    const { stdout } = await start('--script', join(folder, file), '--json').catch(
      (error) => error as { stdout: string },
    );
    const { difference } = JSON.parse(stdout) as { difference: string | null };
    expect(difference).toBeNull();
  });
});
