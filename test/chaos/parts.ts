import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bringSite } from '../../sim/world/bring-site.ts';
import { readYaml } from '../../src/cli/file.ts';
import { readPlatformConfig } from '../../src/cli/platform.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { Postgres } from '../platform/postgres.ts';
import { type Program, tierphone } from '../process/program.ts';
import { freePort, listening } from '../terminal/fleet/brokers.ts';

/** What can fall. */
export interface Part {
  readonly name: string;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** As its unit does; resolves when it has begun. */
  start(): Promise<void>;
}

/** Mosquitto with the limits and the persistence that are deployed; who may connect is not what falls here. */
export async function openBroker(folder: string): Promise<Part & { readonly url: string }> {
  const port = await freePort();
  const deployed = readFileSync(join(packageRoot(), 'deploy/mosquitto/tierphone.conf'), 'utf8')
    .replace('listener 8883', `listener ${port} 127.0.0.1`)
    .replace('allow_anonymous false', 'allow_anonymous true')
    .replace(/^(certfile|keyfile|plugin|plugin_opt_\w+) .*\n/gm, '');
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `${deployed}\npersistence true\npersistence_location ${folder}/\nuser root\n`);
  let child: ChildProcess;
  const start = async () => {
    child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
    await listening(port);
  };
  await start();
  return {
    name: 'broker',
    url: `mqtt://127.0.0.1:${port}`,
    start,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** PostgreSQL as a part. */
export const asPart = ({ kill, resume }: Postgres): Part => ({ name: 'database', kill, start: resume });

/** The unit's RestartSec, ms. */
const RESTART = 2_000;

export interface Service extends Part {
  /** How often it ended though nobody had killed it. */
  readonly fell: number;
  /** What it said of itself at level error or above. */
  readonly errors: readonly string[];
}

/** The compiled platform, started again whenever it has ended, as by Restart=always. */
export async function openPlatform(config: string, site: string): Promise<Service> {
  let fell = 0;
  let wanted = true;
  const errors: string[] = [];
  let program: Program;
  const run = () => {
    program = tierphone('platform', '--config', config);
    const own = program;
    void own.ended().then(async () => {
      errors.push(...own.lines.filter((line) => /^\S+Z (error|fatal) /.test(line)));
      if (own !== program || !wanted) return;
      fell += 1;
      await pause(RESTART);
      if (own === program && wanted) run();
    });
  };
  await bringSite(readPlatformConfig(config), readYaml(site, Site));
  run();
  return {
    name: 'platform',
    get fell() {
      return fell;
    },
    errors,
    start: async () => {
      wanted = true;
      run();
    },
    kill: async () => {
      wanted = false;
      await program.stop('SIGKILL');
    },
  };
}
