import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { stringify } from 'yaml';
import { bringSite } from '../../../sim/world/bring-site.ts';
import { readPlatformConfig } from '../../../src/cli/platform.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { FacilityId, TerminalId } from '../../../src/protocol/units.ts';
import { type Postgres, startPostgres } from '../../platform/postgres.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { Mosquitto } from '../../process/mosquitto.ts';
import { type Program, tierphone } from '../../process/program.ts';
import { cpuOf } from './cpu.ts';
import type { Fleet, Over } from './phones.ts';

const FACILITY = FacilityId.parse('county');
const TALKED = 60_000;
const RATE = 60_000;
const HELD = 300_000;
const PROCESSES = 2;

/** By letters: a PIN may not have the id in it. */
const callerOf = (phone: number): string =>
  `c-${[...String(phone)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;

/** A unit has 500 phones at most. */
const unitOf = (phone: number): string => `u${Math.floor(phone / 500)}`;

/** What came of it. Times in ms since all calls ended, processor time in seconds. */
export interface Storm {
  readonly phones: number;
  readonly stored: number;
  /** Records that were sent more than once. */
  readonly twice: number;
  /** Ends that were told by a request too. */
  readonly told: number;
  readonly lastStored: number;
  readonly cpu: Readonly<Record<'platform' | 'postgres' | 'mosquitto' | 'phones', number>>;
  /** What is not as it should be in the database; nothing where all is well. */
  readonly wrong: readonly string[];
}

/** So many calls that stand end at one moment: Mosquitto as it is deployed, PostgreSQL that syncs, the compiled platform. */
export async function endAtOnce(phones: number): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-endings-'));
  const close: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  try {
    const postgres = await startPostgres({ fsync: 'on' });
    close.push(postgres.stop);
    const broker = await Mosquitto.open();
    close.push(() => broker.close());
    const platform = await startPlatform(folder, phones, postgres, broker);
    close.push(() => platform.stop());
    const db = new pg.Client({ connectionString: postgres.url });
    await db.connect();
    close.push(() => db.end());
    const calls = await standing(db, phones);
    const fleets = await openFleets(broker, calls);
    close.push(async () => fleets.map((fleet) => fleet.kill()));
    const pids = { platform: platform.pid, postgres: postmaster(postgres), mosquitto: broker.pid ?? 0 };
    const cpu = () => ({
      platform: cpuOf(pids.platform),
      postgres: cpuOf(pids.postgres),
      mosquitto: cpuOf(pids.mosquitto),
    });
    const before = cpu();
    const over = fleets.map((fleet) => once(fleet, 'message').then(([over]) => over as Over));
    for (const fleet of fleets) fleet.send('end');
    const parts = await Promise.all(over);
    const after = cpu();
    const ended = parts.flatMap((one) => one.ended);
    return {
      phones,
      stored: ended.filter(({ stored }) => stored !== null).length,
      twice: ended.filter(({ sent }) => sent > 1).length,
      told: ended.filter(({ told }) => told).length,
      lastStored: Math.max(...ended.map(({ stored }) => stored ?? Number.POSITIVE_INFINITY)),
      cpu: {
        platform: after.platform - before.platform,
        postgres: after.postgres - before.postgres,
        mosquitto: after.mosquitto - before.mosquitto,
        phones: parts.reduce((sum, one) => sum + one.cpu, 0),
      },
      wrong: await audit(db, phones),
    };
  } finally {
    for (const part of close.reverse()) await part();
  }
}

async function startPlatform(folder: string, phones: number, { url }: Postgres, broker: Mosquitto): Promise<Program> {
  const { username, password } = await broker.account('platform', 'platform-1');
  const keys = await makePlatformKeys();
  writeFileSync(join(folder, 'keys.json'), keys.file);
  writeFileSync(join(folder, 'pepper'), randomBytes(32));
  const config = {
    database: { kind: 'postgres', url },
    mqtt: { url: `mqtt://127.0.0.1:${broker.port}`, username, password },
    keys: { platform: 'keys.json', pepper: 'pepper' },
  };
  const numbered = Array.from({ length: phones }, (_, n) => n);
  const site = {
    facility: { id: FACILITY, name: 'County', timeZone: 'America/Chicago', dialling: 'open', limit: '15m' },
    units: [...new Set(numbered.map(unitOf))].map((id) => ({
      id,
      terminals: numbered.filter((n) => unitOf(n) === id).map((n) => `t${n}`),
    })),
    callers: numbered.map((n) => ({
      id: callerOf(n),
      name: `Caller ${n}`,
      pin: `${1_000 + n}9739`,
      debit: { opening: '5.00' },
    })),
    rates: [{ from: '2024-11-19', perMinute: '0.06' }],
  };
  const write = (name: string, content: object) => {
    writeFileSync(join(folder, name), stringify(content));
    return join(folder, name);
  };
  const file = write('platform.yaml', config);
  await bringSite(readPlatformConfig(file), Site.parse(site));
  const program = tierphone('platform', '--config', file);
  await program.until(/platform is up/);
  return program;
}

/** Calls that stand, as if each had been dialled and granted five minutes: by SQL, for they are not what is timed. */
async function standing(db: pg.Client, phones: number): Promise<Fleet['calls']> {
  const calls = Array.from({ length: phones }, (_, n) => ({
    ...{ unit: unitOf(n), terminal: TerminalId.parse(`t${n}`), call: randomUUID() as string, caller: callerOf(n) },
  }));
  await db.query(
    `insert into sessions select s.* from jsonb_to_recordset($1) c(terminal text, call uuid, caller text),
       jsonb_populate_record(null::sessions, $2::jsonb || to_jsonb(c) || jsonb_build_object('account', $3 || c.caller)) s`,
    [
      JSON.stringify(calls),
      JSON.stringify({
        ...{ facility: FACILITY, number: '+12025550123', pays: 'debit', rate: RATE, privileged: false, recorded: true },
        ...{ digits: 'block', limit_ms: 900_000, limit_bound: 'facility-limit', quota: 300_000, held: HELD, used: 0 },
        ...{ opened: Date.now(), heard: Date.now(), talked: 0, charged: 0, forgone: 0 },
      }),
      `${FACILITY}/debit:`,
    ],
  );
  await db.query(`update accounts set held = ${HELD} where kind = 'debit'`);
  return calls;
}

async function openFleets(broker: Mosquitto, calls: Fleet['calls']): Promise<ChildProcess[]> {
  // One account for all: a phone has one of its own, which costs the broker the same for each message.
  const account = await broker.anybody();
  const processes = Math.min(PROCESSES, availableParallelism());
  const part = Math.ceil(calls.length / processes);
  return Promise.all(
    Array.from({ length: processes }, async (_, n) => {
      const fleet = fork(join(packageRoot(), 'dist/test/bench/endings/phones.js'));
      const up = once(fleet, 'message');
      const ended = once(fleet, 'exit').then(([code]) => Promise.reject(new Error(`the phones ended with ${code}`)));
      ended.catch(() => undefined);
      const told: Fleet = {
        ...{ port: broker.port, account, facility: FACILITY, talked: TALKED },
        calls: calls.slice(n * part, (n + 1) * part),
      };
      fleet.send(told);
      await Promise.race([up, ended]);
      return fleet;
    }),
  );
}

const postmaster = ({ url }: Postgres): number => {
  const folder = new URL(url).searchParams.get('host') ?? '';
  return Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
};

/** Each call has its record and is charged for once, nothing is held. */
async function audit(db: pg.Client, phones: number): Promise<string[]> {
  const { rows } = await db.query<Record<string, string>>(`
    select (select count(*) from records where kind = 'call') as records,
      (select count(*) from sessions where settled_by = 'record' and held = 0 and charged = ${TALKED}) as settled,
      (select count(*) from transfers where kind = 'call' and amount = ${TALKED}) as charges,
      (select count(*) from transfers where kind = 'correction') as corrections,
      (select count(*) from accounts where kind = 'debit' and held = 0 and balance = ${5_000_000 - TALKED}) as accounts`);
  const wanted = { records: phones, settled: phones, charges: phones, corrections: 0, accounts: phones };
  return Object.entries(wanted).flatMap(([name, count]) =>
    Number(rows[0]?.[name]) === count ? [] : [`${rows[0]?.[name]} ${name}, not ${count}`],
  );
}
