import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../src/platform/database/open.ts';
import { startPostgres } from '../platform/postgres.ts';
import { asker, NO_FAULT, siteFile } from '../platform/world.ts';
import { makePlatformKeys } from '../platform-keys.ts';
import { randomFrom } from '../process/random.ts';
import { freePort } from '../terminal/fleet/brokers.ts';
import { wrongIn } from './books.ts';
import { asPart, openBroker, openPlatform, type Part } from './parts.ts';
import { openPhone, type Told } from './phone.ts';

/** Between the calls of one phone, ms. */
const EVERY = 3_000;

export interface Plan {
  readonly seconds: number;
  /** A second. */
  readonly calls: number;
  readonly seed: number;
  /** An outage lasts so long at most, ms. */
  readonly outage: number;
  /** One of this length as well, of all at once, in the middle; 0: none, ms. */
  readonly long: number;
}

export interface Verdict {
  readonly calls: number;
  readonly answered: number;
  readonly givenUp: number;
  readonly kills: Readonly<Record<string, number>>;
  /** How often the database was there and said nothing. */
  readonly silences: number;
  /** How often the platform ended by itself. */
  readonly fell: number;
  /** Answers and books that are not as they must be. */
  readonly wrong: readonly string[];
}

/** Phones call while broker, platform and database are killed, alone and together, and come back; then the books are read. */
export async function chaos(plan: Plan, progress: (line: string) => void): Promise<Verdict> {
  const random = randomFrom(plan.seed);
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-chaos-'));
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const postgres = await startPostgres();
  const broker = await openBroker(folder);
  const keys = await makePlatformKeys();
  write('platform', keys.file);
  write('pepper', randomBytes(32));
  const port = await freePort();
  const phones = Array.from({ length: Math.max(1, Math.round((plan.calls * EVERY) / 1_000)) }, (_, n) => ({
    who: asker('cedar', `t${n + 1}`),
    pin: `${1_000 + n}4817`,
  }));
  const site = siteFile('cedar', (s) => {
    s.units = [{ id: 'a', terminals: phones.map(({ who }) => who.terminal) }];
    s.callers = phones.map(({ who, pin }) => ({ id: who.terminal, name: who.terminal, pin }));
    Object.assign(s.accounts?.[0] ?? {}, { opening: '90000.00' });
  });
  const config = {
    ...{ database: { kind: 'postgres', url: postgres.url }, mqtt: { url: broker.url }, http: { port }, log: 'warn' },
    keys: { platform: 'platform', pepper: 'pepper' },
  };
  const platform = await openPlatform(
    write('platform.yaml', JSON.stringify(config)),
    write('site.yaml', JSON.stringify(site)),
  );
  const isUp = async () => (await (await fetch(`http://127.0.0.1:${port}/health`)).text()).includes('"broker":"up"');
  while (!(await isUp().catch(() => false))) await pause(100);

  const told: Told = { calls: new Map(), wrong: [], answered: 0, givenUp: 0 };
  const place = { url: broker.url, keys: keys.known };
  const open = phones.map((phone) => openPhone(place, phone, { every: EVERY, random }, told));
  const parts: readonly Part[] = [broker, platform, asPart(postgres)];
  const kills: Record<string, number> = { broker: 0, platform: 0, database: 0 };
  let silences = 0;
  const fall = async (part: Part, ms: number) => {
    kills[part.name] = (kills[part.name] ?? 0) + 1;
    await part.kill();
    await pause(ms);
    await part.start();
  };
  const started = Date.now();
  const left = () => plan.seconds * 1_000 - (Date.now() - started);
  let longDone = plan.long === 0;
  const say = (what: string) =>
    progress(
      `${Math.round((Date.now() - started) / 1_000)} s, ${told.calls.size} calls, ${told.givenUp} given up, ${told.wrong.length} wrong: ${what}`,
    );
  while (left() > 0) {
    // Long enough that calls are made in between.
    await pause(plan.outage * (0.25 + random() * 1.25));
    if (!longDone && left() < plan.seconds * 500) {
      longDone = true;
      say(`all gone for ${plan.long} ms`);
      await Promise.all(parts.map((part) => fall(part, plan.long)));
      continue;
    }
    const ms = random() * plan.outage;
    if (random() < 0.15) {
      silences += 1;
      say(`database silent for ${Math.round(ms)} ms`);
      await postgres.silence(ms);
      continue;
    }
    const order = [...parts].map((part) => ({ part, at: random() })).sort((a, b) => a.at - b.at);
    const many = random() < 0.5 ? 1 : random() < 0.7 ? 2 : 3;
    const falling = order.slice(0, many).map(({ part }) => ({ part, ms: random() * plan.outage }));
    say(falling.map((one) => `${one.part.name} gone for ${Math.round(one.ms)} ms`).join(', '));
    await Promise.all(falling.map((one) => fall(one.part, one.ms)));
  }
  say('all come to rest');
  await Promise.all(open.map((phone) => phone.rest()));
  await Promise.all(open.map((phone) => phone.close()));
  const database = await openDatabase({ kind: 'postgres', url: postgres.url, pool: 1 }, NO_FAULT);
  const wrong = [...told.wrong, ...(await wrongIn(database, told))];
  await database.close();
  await platform.kill();
  await broker.kill();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
  const { calls, answered, givenUp } = told;
  return { calls: calls.size, answered, givenUp, kills, silences, fell: platform.fell, wrong };
}
