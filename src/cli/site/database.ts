import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { PLATFORM_USER, STATE } from './places.ts';
import { putFolder } from './put.ts';
import type { Step } from './step.ts';
import { isManaged, systemctl } from './units.ts';
import type { User } from './users.ts';

const run = promisify(execFile);
const DATABASE = 'tierphone';
/** Of the embedded database. */
export const FOLDER = `${STATE}/database`;

/** The folder of the embedded database, which makes itself in it. */
export function embeddedStep(platform: User): Step {
  return {
    what: `folder of the embedded database: ${FOLDER}`,
    there: async () => existsSync(FOLDER),
    make: async () => {
      await putFolder(STATE, { owner: platform });
      await putFolder(FOLDER, { owner: platform });
    },
  };
}

/** Role and database at PostgreSQL of this machine: who comes by its socket is known by his user, so there is no password. */
export function postgresStep(): Step {
  return {
    what: `database ${DATABASE} at PostgreSQL, of ${PLATFORM_USER} by peer authentication`,
    there: async () => (await answers()) && (await has('database')),
    make: async () => {
      if (!(await answers())) await start();
      if (!(await has('role'))) await ask(`create role "${PLATFORM_USER}" login`);
      if (!(await has('database'))) await ask(`create database ${DATABASE} owner "${PLATFORM_USER}"`);
    },
  };
}

const has = async (what: 'role' | 'database'): Promise<boolean> =>
  (await ask(
    what === 'role'
      ? `select 1 from pg_roles where rolname = '${PLATFORM_USER}'`
      : `select 1 from pg_database where datname = '${DATABASE}'`,
  )) === '1';

const answers = (): Promise<boolean> =>
  ask('select 1').then(
    () => true,
    () => false,
  );

/** @throws Error where it cannot be started */
async function start(): Promise<void> {
  if (isManaged()) await systemctl('start', 'postgresql');
  // Without its own unit it is for whoever starts the others.
  await ask('select 1');
}

/** @throws Error with what PostgreSQL says is wrong */
async function ask(statement: string): Promise<string> {
  const psql = ['psql', '--no-psqlrc', '-qAtX', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-c', statement];
  const { stdout } = await run('runuser', ['-u', 'postgres', '--', ...psql], { cwd: '/' }).catch(
    (cause: Error & { stderr?: string }) => {
      const why = (cause.stderr ?? cause.message).trim().split('\n')[0];
      throw new Error(`PostgreSQL of this machine: ${why}: is it installed and started (systemctl start postgresql)?`, {
        cause,
      });
    },
  );
  return stdout.trim();
}
