import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { exportCommand } from '../../src/cli/export.ts';
import { importCommand } from '../../src/cli/import.ts';
import { linkedRooms } from '../platform/http/rooms.ts';
import { type Desk, openDesk } from '../platform/people/desk.ts';
import { tokenOf } from '../platform/people/machine.ts';
import { makeWorld, openTestDatabase, type SiteFile, siteFile } from '../platform/world.ts';
import { command } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tierphone-site-file-'));
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let desk: Desk;
beforeAll(async () => {
  database = await openTestDatabase('embedded');
  const world = await makeWorld(database);
  desk = await openDesk({ kind: 'embedded', database, world }, { port: 0 }, await linkedRooms(world.control));
  process.env.TIERPHONE_TOKEN = await tokenOf(database.db, 'Admin', ['site.read', 'site.change', 'money.deposit']);
}, 120_000);
afterAll(async () => {
  delete process.env.TIERPHONE_TOKEN;
  await desk?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, site: SiteFile): string => {
  writeFileSync(join(folder, name), stringify(site));
  return join(folder, name);
};
const bring = (file: string, ...more: string[]) => command(importCommand(), [file, '--url', desk.api.address, ...more]);
const take = (...more: string[]) => command(exportCommand(), ['cedar', '--url', desk.api.address, ...more]);

it('tells what a file would change, brings it in, and what comes out changes nothing', async () => {
  const file = write('cedar.yaml', siteFile('cedar'));
  expect(await bring(file, '--check')).toMatchObject({ code: 0, out: `${file}: all is well\n` });
  const dry = await bring(file, '--dry-run');
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toMatch(/^cedar: is not known yet\n[\s\S]*callers: 1 new\n {2}\+ doe\n[\s\S]*paid in: \$3\.00\n$/);
  expect((await take()).err).toContain('there is no facility cedar');
  expect((await bring(file)).out).toMatch(/^cedar: was not known before\n[\s\S]*cedar: is as the file says now\n$/);
  const out = join(folder, 'out.yaml');
  expect(await take('--out', out)).toMatchObject({ code: 0, out: `cedar: is in ${out}\n` });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readFileSync(out, 'utf8')).not.toContain('12345937');
  expect(await bring(out)).toMatchObject({ code: 0, out: 'cedar: is as the file says\n' });
  expect((await take('--out', out)).code).toBe(1);
  const json = await take('--json');
  expect(JSON.parse(json.out)).toEqual(parse(readFileSync(out, 'utf8')));
});

it('takes nobody away before somebody has said so', async () => {
  const less = write(
    'less.yaml',
    siteFile('cedar', (site) => Object.assign(site, { callers: [] })),
  );
  expect(await bring(less)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^1 caller not in the file: nobody can be them any more.*\n {2}doe John Doe\n/),
    err: expect.stringContaining('it takes away what the file does not name: look at it, and say --yes'),
  });
  expect(JSON.parse((await bring(less, '--dry-run', '--json')).out)).toMatchObject({
    done: false,
    losses: { callers: 1 },
  });
  expect(JSON.parse((await bring(less, '--yes', '--json')).out)).toMatchObject({ done: true, losses: { callers: 1 } });
  expect((await bring(less, '--yes')).out).toBe('cedar: is as the file says\n');
});

it('says what is wrong with a file by its line, and asks no platform', async () => {
  const file = write(
    'wrong.yaml',
    siteFile('cedar', (site) => Object.assign(site.callers?.[0] ?? {}, { pin: '1234' })),
  );
  const { code, err } = await bring(file);
  expect(code).toBe(1);
  expect(err).toMatch(/wrong\.yaml:\d+: callers\.0\.pin: an id of 4 and a passcode of at least 4 digits is wanted/);
});
