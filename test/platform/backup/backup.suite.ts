import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Backups } from '../../../src/platform/backup/backups.ts';
import { makeIdentity } from '../../../src/platform/backup/identity.ts';
import { type Looked, look, restore, roomFor } from '../../../src/platform/backup/restore.ts';
import { backupRoutes } from '../../../src/platform/backup/routes.ts';
import { opened } from '../../../src/platform/backup/seal.ts';
import { type DatabaseConfig, PlatformConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { setSettings } from '../../../src/platform/facilities/phone-settings.ts';
import { filesOf } from '../../../src/platform/files.ts';
import { USUAL_SETTINGS } from '../../../src/protocol/phone-settings.ts';
import type { FacilityId, Instant } from '../../../src/protocol/units.ts';
import { type Desk, type Employee, openDesk } from '../people/desk.ts';
import { NO_FAULT, type Setup } from '../world.ts';

const log = pino({ level: 'silent' });

/** A platform that is backed up while it runs, and restored elsewhere. */
export function backupSuite(setup: () => Setup): void {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-backed-'));
  const keys = join(folder, 'keys');
  let identity: Awaited<ReturnType<typeof makeIdentity>>;
  let config: PlatformConfig;
  let desk: Desk;
  let operator: Employee;
  let here: FacilityId;

  beforeAll(async () => {
    identity = await makeIdentity(new Date());
    mkdirSync(keys);
    for (const name of ['platform.key.json', 'pepper']) writeFileSync(join(keys, name), randomBytes(40));
    chmodSync(join(keys, 'pepper'), 0o600);
    writeFileSync(join(folder, 'platform.yaml'), 'as it was written');
    config = configOf(databaseOf(setup()), keys, [identity.recipient]);
    desk = await openDesk(setup(), { port: 0 }, [(app, door) => backupRoutes(app, door, backupsOf(config))]);
    here = await desk.facility();
    operator = await desk.employ({}, true);
  }, 120_000);
  afterAll(async () => {
    await desk?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const backupsOf = (of: PlatformConfig) =>
    new Backups({ ...setup().world.control, config: of, file: join(folder, 'platform.yaml'), fingerprint: 'kid' }, log);
  const asked = ({ browser }: Employee) =>
    fetch(`${desk.api.address}/api/backup`, {
      headers: { cookie: browser.cookie ?? '', 'sec-fetch-site': 'same-origin' },
    });
  const taken = async (): Promise<Buffer> => Buffer.from(await (await asked(operator)).arrayBuffer());
  const opening = (file: Buffer) => () =>
    opened(
      (async function* () {
        yield file;
      })(),
      identity.text,
    );

  /** Another place of the same kind, with nothing in it. */
  async function elsewhere(): Promise<{ database: DatabaseConfig; keys: string }> {
    const place = mkdtempSync(join(tmpdir(), 'tierphone-elsewhere-'));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }));
    const source = databaseOf(setup());
    if (source.kind === 'embedded')
      return { database: { kind: 'embedded', folder: join(place, 'db') }, keys: join(place, 'keys') };
    const name = `restored_${randomBytes(4).toString('hex')}`;
    const client = new pg.Client({ connectionString: source.url });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return { database: { ...source, url: source.url.replace('/postgres?', `/${name}?`) }, keys: join(place, 'keys') };
  }
  const into = (place: { database: DatabaseConfig; keys: string }, { manifest, files }: Looked) => {
    const at = new Map(filesOf(configOf(place.database, place.keys, [])).map(({ setting, path }) => [setting, path]));
    return {
      database: place.database,
      files: manifest.files.flatMap((file) => {
        const [path, content] = [at.get(file.setting), files.get(file.setting)];
        return path && content ? [{ ...file, path, content }] : [];
      }),
    };
  };

  it('is had by who runs the platform and by nobody else, encrypted, and stands in the trail', async () => {
    const admin = await desk.employ({ [here]: ['administrator', 'auditor'] });
    expect((await asked(admin)).status).toBe(403);
    const answer = await asked(operator);
    const type = answer.headers.get('content-type');
    expect({ status: answer.status, type }).toEqual({ status: 200, type: 'application/octet-stream' });
    const file = Buffer.from(await answer.arrayBuffer());
    expect(file.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect((await desk.lines('backup.take')).map(({ actor }) => actor)).toContain(operator.id);
  }, 60_000);

  it('is one at a time, and few an hour; the next can be when one is not taken to its end', async () => {
    const backups = backupsOf(config);
    for (let n = 0; n < 6; n++) {
      const one = await backups.begin();
      await expect(backups.begin()).rejects.toThrow('another backup is being made');
      const over = once(one, 'close');
      one.destroy();
      await over;
    }
    await expect(backups.begin()).rejects.toThrow('6 backups were made within an hour');
  }, 60_000);

  it('is refused where nobody is named who may read it, or where a key cannot be read: in words', async () => {
    const { backup: _, ...nobody } = config;
    await expect(backupsOf(nobody).begin()).rejects.toThrow('backup.recipients is wanted');
    expect(() => backupsOf({ ...config, backup: { recipients: ['age1qqqqqq'] } })).toThrow('is no recipient of age');
    const lost = configOf(config.database, join(folder, 'lost'), [identity.recipient]);
    await expect(backupsOf(lost).begin()).rejects.toThrow(/keys\.platform: .* cannot be read \(ENOENT\)/);
  });

  it('is restored elsewhere: the same facilities, money and trail, keys for their owner alone; what must not come back does not', async () => {
    const { db } = setup().database;
    const old = await db.transaction().execute((trx) => setSettings(trx, here, USUAL_SETTINGS, desk.clock.now));
    const looked = await look(opening(await taken()));
    const place = await elsewhere();
    const where = into(place, looked);
    const at = (desk.clock.now + 86_400_000) as Instant;
    const { holds, chains } = await restore(
      opening(await taken()),
      where,
      await roomFor(where, looked.manifest),
      looked.manifest,
      at,
    );
    expect(holds).toMatchObject({
      facilities: looked.manifest.holds.facilities,
      balances: looked.manifest.holds.balances,
    });
    expect(holds.facilities).toBeGreaterThan(0);
    expect(chains.find(({ chain }) => chain === '')).toMatchObject({ wrong: null });
    expect(readFileSync(join(place.keys, 'pepper'))).toEqual(readFileSync(join(keys, 'pepper')));
    expect(statSync(join(place.keys, 'pepper')).mode & 0o777).toBe(0o600);

    // It is there now: nothing is written over.
    await expect(roomFor(where, looked.manifest)).rejects.toThrow(/tables are there|a database is there/);

    const restored = await openDatabase(place.database, NO_FAULT);
    onTestFinished(() => restored.close());
    const settings = await restored.db
      .selectFrom('phone_settings')
      .selectAll()
      .where('facility', '=', here)
      .executeTakeFirstOrThrow();
    expect(settings.sequence).toBeGreaterThan(old.sequence);
    expect(await restored.db.selectFrom('staff_sessions').selectAll().execute()).toEqual([]);
    expect(await restored.db.selectFrom('staff_links').selectAll().execute()).toEqual([]);
    const { rows } =
      await sql`select what, actor_kind from trail where chain = '' order by number desc limit 1`.execute(restored.db);
    expect(rows).toEqual([{ what: 'backup.restore', actor_kind: 'platform' }]);
  }, 120_000);

  it('leaves nothing where it cannot be restored: another key in its place, another kind of database, an end that is cut off', async () => {
    const file = await taken();
    const looked = await look(opening(file));
    const place = await elsewhere();
    const where = into(place, looked);
    const other = {
      kind: looked.manifest.database.kind === 'postgres' ? 'embedded' : 'postgres',
      folder: '-',
      url: '-',
    };
    await expect(roomFor({ ...where, database: other as DatabaseConfig }, looked.manifest)).rejects.toThrow(
      'only the same can be filled',
    );
    const room = await roomFor(where, looked.manifest);
    await expect(
      restore(opening(file.subarray(0, file.length - 100)), where, room, looked.manifest, desk.clock.now),
    ).rejects.toThrow(/cut off|pg_restore/);
    expect(left(place.keys)).toEqual([]);
    if (place.database.kind === 'embedded') expect(left(place.database.folder)).toEqual([]);
    await roomFor(where, looked.manifest);
    mkdirSync(place.keys, { recursive: true });
    writeFileSync(join(place.keys, 'pepper'), 'another');
    await expect(roomFor(where, looked.manifest)).rejects.toThrow(
      'pepper: another file is there (keys.pepper): move it away first',
    );
  }, 120_000);
}

const left = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

const configOf = (database: DatabaseConfig, keys: string, recipients: readonly string[]): PlatformConfig =>
  PlatformConfig.parse({
    database,
    mqtt: { url: 'mqtt://127.0.0.1' },
    keys: { platform: join(keys, 'platform.key.json'), pepper: join(keys, 'pepper') },
    ...(recipients.length > 0 && { backup: { recipients } }),
  });

function databaseOf({ kind, database }: Setup): DatabaseConfig {
  const { host = '', connectionString = '' } = database.access;
  return kind === 'embedded' ? { kind, folder: dirname(host) } : { kind, url: connectionString, pool: 2 };
}
