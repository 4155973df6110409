import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { has, start } from '../interop/peers/program.ts';
import { FOLDER } from './speech.ts';

const Report = z.object({ lines: z.array(z.object({ row: z.string(), worse: z.array(z.string()) })).min(1) });

// The few rows of `npm run quality -- --short`, as compiled: our engine in its own thread beside Debian's baresip-core.
describe.skipIf(!has('baresip') || !existsSync(FOLDER))('beside baresip, over the same bad networks', () => {
  test('speech is not heard worse from ours', { timeout: 300_000 }, async () => {
    const root = packageRoot();
    const args = [join(root, 'dist/test/quality/main.js'), '--short', '--json'];
    const program = start(process.execPath, args, root);
    await program.exited;
    const output = program.output();
    const json = output.slice(output.indexOf('{'));
    const { lines } = Report.parse(JSON.parse(json));
    expect(lines.filter(({ worse }) => worse.length > 0)).toEqual([]);
  });
});
