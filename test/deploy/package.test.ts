import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../deploy/package/build.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { Machine, mayMake } from './machine.ts';

/** Two packages of three thousand files, several times over, on a busy machine. */
const LIMIT = 300_000;
const EPOCH = 1_700_000_000;
const folder = mkdtempSync(join(tmpdir(), 'package-'));
let debs: string[] = [];

/** Builds into a folder of this name. `npm test` compiles first. */
function make(name: string): string[] {
  const stage = join(folder, `${name}-stage`);
  mkdirSync(stage);
  const made = build({ root: packageRoot(), out: join(folder, name), stage, epoch: EPOCH });
  rmSync(stage, { recursive: true });
  return made;
}

const listing = (deb: string | undefined) =>
  execFileSync('dpkg-deb', ['-c', String(deb)], { encoding: 'utf8' })
    .trim()
    .split('\n');
const sum = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

beforeAll(() => {
  debs = make('one');
}, LIMIT);
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'the same source makes the same bytes',
  () => {
    expect(make('two').map(sum)).toEqual(debs.map(sum));
  },
  LIMIT,
);

test('a phone gets what it runs, owned by root, and neither sources nor what a server needs', () => {
  const lines = listing(debs[0]);
  expect(lines.filter((line) => !/^[-dl]\S+ root\/root /.test(line))).toEqual([]);
  const paths = lines.map((line) => line.split(/\s+/)[5] ?? '');
  expect(paths).toContain('./opt/tierphone/src/terminal/audio/prompts/en/and.wav');
  expect(paths).toContain('./opt/tierphone/dist/src/cli/main.js');
  expect(
    paths.filter((path) =>
      /\.(ts|map|tsx)$|node_modules\/(@electric-sql|fastify|vitest|typescript)\/|dist\/(test|sim)\//.test(path),
    ),
  ).toEqual([]);
  expect(listing(debs[1]).some((line) => line.includes('pglite.wasm'))).toBe(true);
});

test('every module that the terminal imports is there', () => {
  const root = join(folder, 'unpacked');
  execFileSync('dpkg-deb', ['-x', String(debs[0]), root]);
  const main = join(root, 'opt/tierphone/dist/src/terminal/main.js');
  const modules = readdirSync(join(root, 'opt/tierphone/dist/src/terminal'), { recursive: true, encoding: 'utf8' })
    // Run, not imported: a worker thread and a test's writer have no parent here.
    .filter((path) => path.endsWith('.js') && !path.endsWith('thread.js'))
    .map((path) => join(root, 'opt/tierphone/dist/src/terminal', path));
  const script = `for (const path of ${JSON.stringify([main, ...modules])}) await import(path); process.exit(0)`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

describe.skipIf(!mayMake)('on a machine', () => {
  test(
    'installs with user, groups and units, runs, keeps records at a purge and leaves nothing else',
    () => {
      const machine = new Machine(Object.fromEntries(debs.map((file) => [basename(file), readFileSync(file)])));
      const { status, stderr, lines } = machine.run(`
      dpkg --force-unsafe-io -i /out/tierphone_*.deb >/dev/null 2>&1
      echo user $(id -nG tierphone)
      stat -c '%U:%G %a %n' /etc/tierphone /etc/tierphone/terminal.yaml.example
      tierphone --version
      ! tierphone terminal --check --config /etc/tierphone/terminal.yaml.example 2>&1
      systemctl is-enabled tierphone-terminal
      dpkg --force-unsafe-io -i /out/tierphone-platform_*.deb >/dev/null 2>&1
      systemctl is-enabled tierphone-platform
      node -e "import('/opt/tierphone/dist/src/platform/main.js').then(() => console.log('the platform loads'))"
      mkdir -p /var/lib/tierphone
      dpkg --force-unsafe-io -i /out/tierphone_*.deb >/dev/null 2>&1
      dpkg --force-unsafe-io --purge tierphone-platform tierphone >/dev/null 2>&1
      ls -d /etc/tierphone /opt/tierphone /etc/systemd/system/*/tierphone* /var/lib/tierphone 2>/dev/null || true
    `);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(lines.slice(0, 1).join()).toMatch(/^user tierphone (?=.*audio)(?=.*dialout)(?=.*gpio)(?=.*input)/);
      expect(lines.slice(1)).toEqual([
        'root:tierphone 750 /etc/tierphone',
        'root:tierphone 640 /etc/tierphone/terminal.yaml.example',
        JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version,
        expect.stringContaining('/etc/tierphone/keys/orders.json: there is no such file'),
        'enabled',
        'enabled',
        'the platform loads',
        '/var/lib/tierphone',
      ]);
      machine.remove();
      expect(existsSync('/opt/tierphone')).toBe(false);
    },
    LIMIT,
  );
});
