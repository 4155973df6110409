import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringSite } from '../../sim/world/bring-site.ts';
import { PlatformConfig } from '../../src/platform/config.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../src/platform/main.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin } from '../../src/protocol/sealing.ts';
import { CallerId, type Instant, type Millis } from '../../src/protocol/units.ts';
import { makePlatformKeys, type TestKeys } from '../platform-keys.ts';
import { startBroker } from './broker.ts';
import { hasPostgres, type Postgres, startPostgres } from './postgres.ts';
import { openTerminal } from './terminal.ts';
import { asker, audit, NO_FAULT, newCall, recordOf, siteFile } from './world.ts';

const TERMINALS = 12;
const RESTARTS = 4;

describe.skipIf(!hasPostgres)('PostgreSQL goes and comes back under a running platform (needs postgresql)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-restart-'));
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(line) });
  let postgres: Postgres;
  let broker: Awaited<ReturnType<typeof startBroker>>;
  let platform: Platform;
  let keys: TestKeys;
  const names = Array.from({ length: TERMINALS }, (_, n) => `t${n + 1}`);

  beforeAll(async () => {
    postgres = await startPostgres();
    broker = await startBroker(0);
    keys = await makePlatformKeys();
    writeFileSync(join(folder, 'platform'), keys.file);
    writeFileSync(join(folder, 'pepper'), randomBytes(32));
    const config = PlatformConfig.parse({
      database: { kind: 'postgres', url: postgres.url },
      mqtt: { url: `mqtt://127.0.0.1:${broker.port}` },
      keys: { platform: join(folder, 'platform'), pepper: join(folder, 'pepper') },
    });
    const site = siteFile('cedar', (written) => {
      written.units = [{ id: 'a', terminals: names }];
      written.callers = names.map((name, n) => ({ id: name, name, pin: `${1_000 + n}4817` }));
      Object.assign(written.accounts?.[0] ?? {}, { opening: '5000.00' });
    });
    await bringSite(config, Site.parse(site));
    // As after a power cut: the platform is up before its database is.
    await postgres.halt();
    const starting = startPlatform(config, log);
    while (!said.some((line) => line.includes('the database is not there'))) await pause(20);
    await postgres.resume();
    platform = await starting;
  }, 180_000);
  afterAll(async () => {
    await platform?.close();
    await broker?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers every request, keeps every record once, charges each call once and holds nothing', async () => {
    let going = true;
    const calls: { call: string; talked: number }[] = [];
    /** Calls one after another, as a phone makes them: what is not answered is asked again. */
    const phone = async (name: string, n: number) => {
      const who = asker('cedar', name);
      const terminal = await openTerminal(`mqtt://127.0.0.1:${broker.port}`, who, keys.known, 5_000);
      const { ask, insist } = terminal;
      for (let count = 1; going; count++) {
        const call = newCall();
        const sealedPin = await sealPin(new Pin(`${1_000 + n}4817`), keys.known.sealing, {
          call,
          terminal: who.terminal,
        });
        expect(await insist(() => ask({ type: 'identify', call, sealedPin }))).toMatchObject({ result: 'known' });
        const granted = await insist(() => ask({ type: 'authorise', call, dialled: '2025550123' }));
        expect(granted).toMatchObject({ type: 'authorise', result: 'granted' });
        const more = await insist(() => ask({ type: 'extend', call, request: 1, used: 1_000 as Millis }));
        expect(more).toMatchObject({ type: 'extend', result: 'granted' });
        const talked = 1_000 * ((count % 50) + 1);
        const over = await insist(() => ask({ type: 'end', call, request: 2, used: talked as Millis }));
        expect(over).toMatchObject({ type: 'end', result: 'ended' });
        const record = { ...recordOf(who, call, talked, Date.now() as Instant), caller: CallerId.parse(name) };
        expect(await insist(() => terminal.record(record))).toMatchObject({ result: 'stored', call });
        calls.push({ call, talked });
      }
      await terminal.close();
    };
    const phones = Promise.all(names.map(phone));
    // In the middle of transactions: hence at once, and at moments that no one chose.
    for (let n = 0; n < RESTARTS; n++) {
      const before = calls.length;
      while (calls.length < before + 5) await pause(10);
      await pause(Math.random() * 50);
      await postgres.halt();
      await pause(Math.random() * 3_000);
      await postgres.resume();
    }
    const before = calls.length;
    while (calls.length < before + TERMINALS) await pause(10);
    going = false;
    await phones;

    const database = await openDatabase({ kind: 'postgres', url: postgres.url, pool: 1 }, NO_FAULT);
    const accounts = await audit(database);
    for (const { held } of accounts.values()) expect(held).toBe(0);
    const rows = await database.db.selectFrom('records').select(['call', 'talked']).execute();
    expect(rows.map(({ call, talked }) => `${call} ${talked}`).sort()).toEqual(
      calls.map(({ call, talked }) => `${call} ${talked}`).sort(),
    );
    const sessions = await database.db.selectFrom('sessions').select(['charged', 'talked', 'settled_by']).execute();
    expect(sessions).toHaveLength(calls.length);
    for (const { charged, talked } of sessions) expect(charged).toBe(talked);
    await database.close();
  }, 300_000);
});
