import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Broker } from '../../sim/world/broker.ts';
import { FACILITY, TERMINAL, UNIT } from '../../sim/world/folder.ts';
import { freePort } from '../interop/peers/program.ts';
import { firstTokens } from '../platform/people/machine.ts';
import { hasPostgres, type Postgres, startPostgres } from '../platform/postgres.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { hasDeployable, Mosquitto } from './mosquitto.ts';
import { Program } from './program.ts';
import { openWall, type Wall } from './wall.ts';

const LIMIT = 60_000;
/** The platform's alone, and lost with its machine. */
const SECRETS = ['platform.key.json', 'pepper', 'voiceprints', 'first-order.jws'];

describe.skipIf(!hasDeployable || !hasPostgres || !hasSocat)(
  'a platform whose machine is lost: compiled programs, Mosquitto, PostgreSQL',
  () => {
    const office = mkdtempSync(join(tmpdir(), 'tierphone-office-'));
    const machine = mkdtempSync(join(tmpdir(), 'tierphone-machine-'));
    const [backup, key] = [join(office, 'platform.tar.age'), join(office, 'backup.key')];
    const restored = join(machine, 'platform.yaml');
    const programs: Program[] = [];
    let postgres: Postgres;
    let mosquitto: Mosquitto;
    let seen: Broker;
    let wall: Wall;
    let url: string;

    beforeAll(async () => {
      postgres = await startPostgres();
      await asAdmin('create database before');
      await asAdmin('create database after');
      mosquitto = await Mosquitto.open();
      const platform = await mosquitto.account('platform', 'platform');
      const terminal = await mosquitto.account('terminal', FACILITY, UNIT, TERMINAL);
      const staff = await mosquitto.account('staff', FACILITY, 'staff');
      const watch = await mosquitto.account('staff', FACILITY, 'watch');
      seen = await mosquitto.seenBy(watch, `tierphone/v1/${FACILITY}/terminals/+/status`);
      const [, recipient = ''] = /\[(age1\w+)\]/.exec((await run({}, 'backup', 'keygen', key)).said) ?? [];
      const port = await freePort('tcp');
      url = `http://127.0.0.1:${port}`;
      wall = await openWall({
        broker: { open: seen, platform, terminal, staff },
        platform: {
          database: { kind: 'postgres', url: databaseUrl('before') },
          http: { host: '127.0.0.1', port },
          backup: { recipients: [recipient] },
        },
      });
      wall.callee.habit = 'accept';
    }, 180_000);
    afterAll(async () => {
      for (const program of programs) await program.stop('SIGKILL');
      await wall?.close();
      await postgres?.stop();
      for (const folder of [office, machine]) rmSync(folder, { recursive: true, force: true });
    });

    const databaseUrl = (name: string) => postgres.url.replace('/postgres?', `/${name}?`);
    async function ask(name: string, what: string) {
      const client = new pg.Client({ connectionString: databaseUrl(name) });
      await client.connect();
      return (await client.query(what).finally(() => client.end())).rows;
    }
    const asAdmin = (what: string) => ask('postgres', what);
    const start = (env: Readonly<Record<string, string>>, ...args: string[]): Program => {
      const program = new Program('src/cli/main.js', args, env);
      programs.push(program);
      return program;
    };
    async function run(env: Readonly<Record<string, string>>, ...args: string[]) {
      const program = start(env, ...args);
      const code = await program.ended();
      return { code, said: program.lines.join('\n') };
    }
    const restore = (...args: string[]) => run({}, 'restore', backup, '--identity', key, '--config', restored, ...args);

    /** A call that is accepted, talked for more than a second, and over: what the family has after it. */
    async function call(database: string): Promise<{ records: number; balance: number }> {
      const before = await counted(database);
      await wall.dial();
      await wall.until(({ phase }) => phase === 'talking', LIMIT);
      await expect
        .poll(async () => (await ask(database, 'select used from sessions where settled_by is null')).length)
        .toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      wall.board.hangUp();
      await wall.until(({ phase }) => phase === 'idle', LIMIT);
      await expect.poll(async () => (await counted(database)).records, { timeout: LIMIT }).toBe(before.records + 1);
      return counted(database);
    }
    async function counted(database: string) {
      const [row] = await ask(
        database,
        `select (select count(*) from records)::int as records, balance::int as balance from accounts where id like '%brooks-family%'`,
      );
      return row as { records: number; balance: number };
    }

    it('is backed up while it runs, restored elsewhere in a command, obeyed by its phones, and charges their calls', async () => {
      const first = await wall.startPlatform();
      const { token } = await firstTokens(await first.until(/#\/welcome\/[\w-]+/), { token: ['backup.take'] });
      await wall.startTerminal();
      const before = await call('before');
      const env = { TIERPHONE_TOKEN: token };
      expect(await run(env, 'backup', '--url', url, '--to', backup)).toMatchObject({ code: 0 });
      expect(statSync(backup).mode & 0o777).toBe(0o600);
      expect(readdirSync(office).sort()).toEqual(['backup.key', 'platform.tar.age']);
      const again = await run(env, 'backup', '--url', url, '--to', backup);
      expect(again).toMatchObject({ code: 1, said: expect.stringContaining('is there already') });

      const secrets = SECRETS.slice(0, 3).map((name) => readFileSync(join(wall.folder, 'keys', name)));
      await first.stop('SIGKILL');
      for (const name of SECRETS) rmSync(join(wall.folder, 'keys', name));
      rmSync(wall.files.platform);
      await asAdmin('drop database before with (force)');

      // What was cut off on its way, and another key, change nothing on the new machine.
      const cut = join(office, 'cut.tar.age');
      writeFileSync(cut, readFileSync(backup));
      truncateSync(cut, statSync(cut).size - 1);
      const other = join(office, 'other.key');
      await run({}, 'backup', 'keygen', other);
      for (const [file, identity, why] of [
        [cut, key, 'cut off'],
        [backup, other, 'another key'],
      ] as const) {
        const { code, said } = await run({}, 'restore', file, '--identity', identity, '--config', restored);
        expect({ code, said }).toEqual({
          code: 1,
          said: expect.stringMatching(new RegExp(`^tierphone: \\S+: .*${why}.*$`)),
        });
      }
      expect(readdirSync(machine)).toEqual([]);

      expect(await restore('--config-only')).toMatchObject({ code: 0 });
      const written = parse(readFileSync(restored, 'utf8'));
      written.database.url = databaseUrl('after');
      writeFileSync(restored, stringify(written));
      expect((await restore('--check')).said).toMatch(/there is room for it here$/);
      expect(readdirSync(machine)).toEqual(['platform.yaml']);
      const done = await restore();
      expect(done).toMatchObject({
        code: 0,
        said: expect.stringMatching(/restored: 1 facilities, .*, 1 calls, \$\d+/),
      });
      for (const secret of secrets) expect(done.said).not.toContain(secret.toString('utf8'));
      for (const [n, name] of SECRETS.slice(0, 3).entries()) {
        const at = join(machine, 'keys', name);
        expect({ mode: statSync(at).mode & 0o777, bytes: readFileSync(at) }).toEqual({
          mode: 0o600,
          bytes: secrets[n],
        });
      }
      expect((await restore()).said).toContain('tables are there: an empty database is wanted');

      const second = start({}, 'platform', '--config', restored);
      await second.until(/platform is up/);
      expect(await counted('after')).toEqual(before);
      const { records, balance } = await call('after');
      expect(records).toBe(2);
      expect(balance).toBeLessThan(before.balance);
      // Its trail goes on, and who had a token has it still.
      const trail = await run({ TIERPHONE_TOKEN: token }, 'backup', '--url', url, '--to', office, '--quiet');
      expect(trail).toEqual({ code: 0, said: '' });
    }, 300_000);
  },
);
