import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bringSite } from '../../../sim/world/bring-site.ts';
import { readPlatformConfig } from '../../../src/cli/platform.ts';
import { type Database, openDatabase } from '../../../src/platform/database/open.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { Pin } from '../../../src/protocol/pin.ts';
import { sealPin } from '../../../src/protocol/sealing.ts';
import type { Millis } from '../../../src/protocol/units.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { Program, tierphone } from '../../process/program.ts';
import { freePort, mosquitto } from '../../terminal/fleet/brokers.ts';
import { tokenOf } from '../people/machine.ts';
import { startPostgres } from '../postgres.ts';
import { openTerminal } from '../terminal.ts';
import { asker, NO_FAULT, newCall, type SiteFile } from '../world.ts';
import { DIALLED, HANDED, PHONES, pinAt } from './county.ts';

const FACILITY = 'county';

/** What was answered otherwise than both files say, and how long each answer took, ms. */
interface Heard {
  readonly wrong: string[];
  /** Lifts whose caller, known when he keyed his PIN, was nobody any more when he dialled: it had become another's. */
  readonly overtaken: string[];
  readonly took: number[];
}

/** A compiled platform on PostgreSQL and Mosquitto, and phones that call without end. */
export interface Calling {
  readonly platform: Program;
  readonly database: Database;
  /** All that was heard since it was last asked for. */
  heard(): Heard;
  /** `tierphone import` of a file: a report in JSON. */
  import(site: SiteFile): Program;
  /** The phones end what they do. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** Opens it with a file that stands; each phone makes a call, then waits `every` ms. */
export async function openCalling(standing: SiteFile, every: number): Promise<Calling> {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-calling-'));
  const postgres = await startPostgres();
  const broker = await mosquitto();
  const keys = await makePlatformKeys();
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  write('platform', keys.file);
  write('pepper', randomBytes(32));
  const port = await freePort();
  const config = {
    database: { kind: 'postgres', url: postgres.url },
    mqtt: { url: broker.url, requests: { burst: 100_000, perSecond: 10_000 } },
    http: { port },
    keys: { platform: 'platform', pepper: 'pepper' },
    log: 'warn',
  };
  const file = write('platform.yaml', JSON.stringify(config));
  await bringSite(readPlatformConfig(file), Site.parse(standing));
  const platform = tierphone('platform', '--config', file);
  const database = await openDatabase({ kind: 'postgres', url: postgres.url, pool: 1 }, NO_FAULT);
  const env = { TIERPHONE_TOKEN: await tokenOf(database.db, 'import', ['site.change', 'money.deposit']) };

  let going = true;
  let heard: Heard = { wrong: [], overtaken: [], took: [] };
  const phone = async (n: number) => {
    const who = asker(FACILITY, `t${n}`);
    const terminal = await openTerminal(broker.url, who, keys.known);
    const ask = async (body: Parameters<typeof terminal.ask>[0]) => {
      const started = performance.now();
      const reply = await terminal.ask(body);
      heard.took.push(performance.now() - started);
      return reply;
    };
    while (going)
      for (const [dialled, says] of Object.entries(DIALLED)) {
        const call = newCall();
        const sealedPin = await sealPin(new Pin(pinAt(n)), keys.known.sealing, { call, terminal: who.terminal });
        const known = await ask({ type: 'identify', call, sealedPin });
        const answer = await ask({ type: 'authorise', call, dialled });
        const said = answer.type === 'authorise' && answer.result === 'refused' ? answer.reason : answer.result;
        const line = `t${n} ${dialled}: ${known.result}, ${said}`;
        const whose = known.type === 'identify' && known.result === 'known' ? known.caller : null;
        if (HANDED.some((caller) => caller === whose) && said === 'caller-suspended') heard.overtaken.push(line);
        else if (whose === null || said !== says) heard.wrong.push(line);
        if (said === 'granted') await ask({ type: 'end', call, request: 1, used: 0 as Millis });
        await pause(every);
      }
    await terminal.close();
  };
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(async (r) => r.ok && (await r.text()).includes('"broker":"up"'));
  while (!(await isUp().catch(() => false))) {
    if (!platform.running) throw new Error(platform.lines.join('\n'));
    await pause(50);
  }
  const phones = Promise.all(Array.from({ length: PHONES }, (_, n) => phone(n)));
  const rest = async () => {
    going = false;
    await phones;
  };
  return {
    platform,
    database,
    heard: () => {
      const all = heard;
      heard = { wrong: [], overtaken: [], took: [] };
      return all;
    },
    import: (site) => {
      const args = ['import', write('next.yaml', JSON.stringify(site)), '--config', file, '--yes', '--json'];
      return new Program('src/cli/main.js', args, env);
    },
    rest,
    close: async () => {
      await rest();
      await platform.stop();
      await database.close();
      await broker.kill();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export { FACILITY };
