import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { nodeOf } from './node.ts';

const run = promisify(execFile);
const inPackage = (path: string): string => join(packageRoot(), path);

/** The least that package.json asks for, and the two that are supported longest from here. */
const VERSIONS = ['20.19.0', '22.23.5', '24.22.3'];

/** Modules with a compiled part of their own, as made by one `npm ci`. What `onoff` needs is compiled for one version, where it is installed. */
const NATIVE = ['koffi', 'serialport', 'sherpa-onnx-node'];

describe.each(VERSIONS)('on Node %s', (version) => {
  it('a whole call is made', { timeout: 180_000 }, async () => {
    const args = [inPackage('dist/sim/main.js'), '--json', '--script', inPackage('sim/scenarios/good-call.yaml')];
    const { stdout } = await run(nodeOf(version), args, { maxBuffer: 1 << 26 });
    expect(JSON.parse(stdout)).toMatchObject({ difference: null });
  });

  it('compiled modules load, and the command tells how it is used', { timeout: 60_000 }, async () => {
    const node = nodeOf(version);
    const script = `${NATIVE.map((name) => `await import('${name}')`).join(';')};console.log(process.version)`;
    const loaded = await run(node, ['--input-type=module', '-e', script], { cwd: packageRoot() });
    expect(loaded.stdout).toBe(`v${version}\n`);
    const help = await run(node, [inPackage('dist/src/cli/main.js'), '--help']);
    expect(help.stdout).toContain('Usage: tierphone');
  });
});
