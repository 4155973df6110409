import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

const units = join(packageRoot(), 'deploy/systemd');
const has = spawnSync('systemd-analyze', ['--version']).error === undefined;

test.skipIf(!has)('systemd understands every line of the units', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'units-'));
  for (const name of (await readdir(units)).filter((each) => each.endsWith('.service'))) {
    // Program and user are not there where this runs.
    const text = (await readFile(join(units, name), 'utf8')).replace(/^(ExecStart(Pre)?)=\S+/gm, '$1=/bin/true');
    const path = join(folder, name);
    await writeFile(path, text);
    const { stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    const about = stderr.split('\n').filter((line) => line.includes(name));
    expect(about).toEqual([]);
  }
  await rm(folder, { recursive: true });
});
