import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../deploy/package/build.ts';
import { OPTIONAL_PACKAGES, PHONE_PACKAGES, SERVER_PACKAGES } from '../../deploy/package/bundle.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { Machine, mayMake } from './machine.ts';

/** Two packages of three thousand files, several times over, on a busy machine. */
const LIMIT = 300_000;
const EPOCH = 1_700_000_000;
const folder = mkdtempSync(join(tmpdir(), 'package-'));
let debs: string[] = [];

/** Builds into a folder of this name. `npm test` compiles first. */
async function make(name: string): Promise<string[]> {
  const stage = join(folder, `${name}-stage`);
  mkdirSync(stage);
  const made = await build({ root: packageRoot(), out: join(folder, name), stage, epoch: EPOCH });
  rmSync(stage, { recursive: true });
  return made;
}

const listing = (deb: string | undefined) =>
  execFileSync('dpkg-deb', ['-c', String(deb)], { encoding: 'utf8' })
    .trim()
    .split('\n');
const sum = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

beforeAll(async () => {
  debs = await make('one');
}, LIMIT);
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'the same source makes the same bytes',
  async () => {
    expect((await make('two')).map(sum)).toEqual(debs.map(sum));
  },
  LIMIT,
);

test('a phone gets what it runs, owned by root, and neither sources nor what a server needs', () => {
  const lines = listing(debs[0]);
  expect(lines.filter((line) => !/^[-dl]\S+ root\/root /.test(line))).toEqual([]);
  const paths = lines.map((line) => line.split(/\s+/)[5] ?? '');
  expect(paths).toContain('./opt/tierphone/src/terminal/audio/prompts/en/and.wav');
  expect(paths).toContain('./opt/tierphone/lib/main.js');
  expect(paths).toContain('./opt/tierphone/lib/voice-child.js');
  expect(paths).toContain('./opt/tierphone/src/terminal/voice-id/models/CREDITS.md');
  expect(
    paths.filter((path) => /\.(ts|map|tsx)$|musl|node_modules\/(@electric-sql|fastify|vitest|typescript)\//.test(path)),
  ).toEqual([]);
  const server = listing(debs[1]).join('\n');
  expect(server).toContain('pglite.wasm');
  expect(server).toContain('./lib/systemd/system/mosquitto.service.d/tierphone.conf');
});

/** Loads every part of the program but its starts, threads and child processes, and what it asks for by name; says what is not there. */
const loads = (home: string, names: readonly string[]) => `
  const { readdirSync } = await import('node:fs');
  const require = (await import('node:module')).createRequire('${home}/lib/main.js');
  for (const name of ${JSON.stringify(names)}) require(name);
  for (const file of readdirSync('${home}/lib')) {
    if (/^main.js$|(thread|child).js$/.test(file)) continue;
    await import('${home}/lib/' + file).catch(({ message }) => console.log(/package '(.*?)'/.exec(message)?.[1] ?? message));
  }
  process.exit(0)`;

test('every module that the phone loads is there, of those of a server none', () => {
  const root = join(folder, 'unpacked');
  execFileSync('dpkg-deb', ['-x', String(debs[0]), root]);
  const script = loads(join(root, 'opt/tierphone'), [...PHONE_PACKAGES, ...OPTIONAL_PACKAGES]);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const missing = stdout.trim().split('\n');
  expect(missing.filter((name) => !SERVER_PACKAGES.includes(name))).toEqual([]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('what is bundled has its terms beside it', () => {
  const paths = listing(debs[0]).join('\n');
  for (const name of ['jose', 'rxjs', 'sip.js', 'zod']) expect(paths).toMatch(new RegExp(`/licences/${name}/LICEN`));
});

describe.skipIf(!mayMake)('on a machine', () => {
  test(
    'installs with user, groups and units, runs, keeps records at a purge and leaves nothing else',
    () => {
      const machine = new Machine({
        ...Object.fromEntries(debs.map((file) => [basename(file), readFileSync(file)])),
        'loads.mjs': loads('/opt/tierphone', [...PHONE_PACKAGES, ...OPTIONAL_PACKAGES]),
      });
      const { status, stderr, lines } = machine.run(`
      dpkg --force-unsafe-io -i /out/tierphone_*.deb >/dev/null 2>&1
      echo user $(id -nG tierphone)
      stat -c '%U:%G %a %n' /etc/tierphone /etc/tierphone/terminal.yaml.example
      tierphone --version
      ! tierphone terminal --check --config /etc/tierphone/terminal.yaml.example 2>&1
      systemctl is-enabled tierphone-terminal
      dpkg --force-unsafe-io -i /out/tierphone-platform_*.deb >/dev/null 2>&1
      systemctl is-enabled tierphone-platform
      node /out/loads.mjs && echo all loads
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
        'all loads',
        '/var/lib/tierphone',
      ]);
      machine.remove();
      expect(existsSync('/opt/tierphone')).toBe(false);
    },
    LIMIT,
  );
});
