import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { bringSite } from '../../../sim/world/bring-site.ts';
import { readPlatformConfig } from '../../../src/cli/platform.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { LiveEvent } from '../../../src/protocol/api/live.ts';
import { signKeySet } from '../../../src/protocol/key-set.ts';
import { LockdownOrder } from '../../../src/protocol/lockdown.ts';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { FacilityId, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { ALL_RIGHTS, tokenOf } from '../../platform/people/machine.ts';
import { startPostgres } from '../../platform/postgres.ts';
import { NO_FAULT, siteFile } from '../../platform/world.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { tierphone } from '../../process/program.ts';
import { ALL, rootKey, setOf } from '../../protocol/keys-of-county.ts';
import { freePort, mosquitto } from '../../terminal/fleet/brokers.ts';
import { orderKey } from '../../terminal/fleet/phone.ts';
import { type Samples, summarise, table } from '../samples.ts';
import type { Hung, Obeyed } from './phones.ts';

const facility = FacilityId.parse('county');
const unit = UnitId.parse('B');
/** A press is made so often, as nobody does, ms. */
const EVERY = 500;
/** The issue of this program: 99 of 100 presses are obeyed by the last phone within this, ms. */
const TARGET = 500;
const clock = () => performance.timeOrigin + performance.now();

const program = new Command('npm run bench:obedience --')
  .description(
    'Times a lockdown from the press to the last phone, and to the page: orders signed with a key of the set, handed in by HTTP; the compiled platform, PostgreSQL, Mosquitto; phones that verify, store and report.',
  )
  .option('-n, --presses <number>', 'lockdowns and their ends', '200')
  .option('--phones <number>', 'in the unit', '200')
  .option('--json', 'print JSON, with every sample')
  .action(async ({ presses, phones, json }: { presses: string; phones: string; json?: true }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tierphone-obedience-'));
    const write = (name: string, content: string | Buffer): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const terminals = Array.from({ length: Number(phones) }, (_, n) => TerminalId.parse(`B-${n + 1}`));
    const [postgres, broker, keys, site, officer] = await Promise.all([
      ...([startPostgres(), mosquitto(), makePlatformKeys(), rootKey(), orderKey('lee-4k7q')] as const),
    ]);
    const port = await freePort();
    write('platform', keys.file);
    write('pepper', randomBytes(32));
    const config = {
      database: { kind: 'postgres', url: postgres.url },
      ...{ mqtt: { url: broker.url }, http: { port }, keys: { platform: 'platform', pepper: 'pepper' }, log: 'error' },
      orders: { [facility]: { root: write('root', JSON.stringify(site.known)) } },
    };
    const standing = siteFile(facility, (file) => {
      file.units = [{ id: unit, terminals }];
    });
    const file = write('platform.yaml', JSON.stringify(config));
    await bringSite(readPlatformConfig(file), Site.parse(standing));
    const platform = tierphone('platform', '--config', file);
    const database = await openDatabase({ kind: 'postgres', url: postgres.url, pool: 1 }, NO_FAULT);
    const token = await tokenOf(database.db, 'bench', ALL_RIGHTS);
    const api = `http://127.0.0.1:${port}/api/facilities/${facility}`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    while (
      !(await fetch(`${api}/live`, { headers }).then(
        (r) => r.body?.cancel().then(() => r.ok),
        () => false,
      ))
    )
      await pause(100);

    const obeying = new Map<string, Obeyed>();
    const child = fork(join(packageRoot(), 'dist/test/bench/obedience/phones.js'));
    child.on('message', (obeyed: Obeyed) => obeying.set(obeyed.terminal, obeyed));
    const hung: Hung = {
      ...{ url: broker.url, folder, facility, unit, terminals, root: site.known, platform: keys.known },
    };
    child.send(hung);

    /** As the page has it: the last that was said of each phone, and when that came. */
    const shown = new Map<string, { state: string | undefined; at: number }>();
    const looking = new AbortController();
    const looked = watch(`${api}/live`, headers, looking.signal, (event) => {
      if (event.type !== 'all' && event.type !== 'changed') return;
      for (const phone of event.phones) shown.set(phone.terminal, { state: phone.lockdown?.state, at: clock() });
    });
    const put = async (path: string, method: string, jws: string) => {
      const answer = await fetch(`${api}${path}`, { method, headers, body: JSON.stringify({ jws }) });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    };
    const press = async (state: 'open' | 'lockdown') => {
      const at = Date.now();
      const since = clock();
      const scope = { kind: 'unit', facility, unit };
      const order = { scope, state, mode: state === 'open' ? 'drain' : 'drop', reason: 'count', until: null };
      const signed = LockdownOrder.parse({ ...order, issuer: officer.kid, sequence: at, since: at });
      await put('/orders', 'POST', await signOrder(signed, officer));
      const all = <T extends { state: unknown; at: number }>(of: ReadonlyMap<string, T>) =>
        terminals.every((one) => of.get(one)?.state === state && (of.get(one)?.at ?? 0) >= since);
      while (!all(obeying) || !all(shown)) await pause(5);
      const last = (of: ReadonlyMap<string, { at: number }>) =>
        Math.max(...terminals.map((one) => of.get(one)?.at ?? 0)) - since;
      return { obeyed: last(obeying), seen: last(shown) };
    };

    const samples: Samples[] = [];
    try {
      await put('/keys', 'PUT', await signKeySet(setOf(facility, 1, [[officer, ALL]]), site.root));
      await press('open').catch(() => undefined);
      const took = { obeyed: [] as number[], seen: [] as number[] };
      for (let n = 0; n < Number(presses); n++) {
        const { obeyed, seen } = await press(n % 2 === 0 ? 'lockdown' : 'open');
        took.obeyed.push(obeyed);
        took.seen.push(seen);
        if (process.stderr.isTTY) process.stderr.write(`\rpress ${n + 1} of ${presses} `);
        await pause(EVERY);
      }
      samples.push({ name: 'press to the last phone that obeys', unit: 'ms', values: took.obeyed, target: TARGET });
      samples.push({ name: 'press to the last that is seen to', unit: 'ms', values: took.seen, target: null });
    } finally {
      looking.abort();
      await looked;
      child.kill();
      await platform.stop();
      await database.close();
      await broker.kill();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    }
    const summaries = samples.map(summarise);
    console.log(json ? JSON.stringify({ summaries, samples }) : `\n${table(summaries)}`);
    process.exitCode = summaries.some(({ p99, target }) => target !== null && p99 > target) ? 1 : 0;
  });

/** Hands on what a stream of Server-Sent Events says, until it is ended. */
async function watch(
  url: string,
  headers: object,
  signal: AbortSignal,
  hear: (event: LiveEvent) => void,
): Promise<void> {
  try {
    const { body } = await fetch(url, { headers: { ...headers }, signal });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = event.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5)] : []));
        if (data.length > 0) hear(LiveEvent.parse(JSON.parse(data.join('\n'))));
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

await program.parseAsync();
