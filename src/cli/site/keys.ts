import { existsSync } from 'node:fs';
import { chmod, chown, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../protocol/durable.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import { makeKeys } from '../keys.ts';
import { KEYS, ORDER_KEY, OWN } from './places.ts';
import { put } from './put.ts';
import type { Step } from './step.ts';
import type { User } from './users.ts';

const OF_OFFICERS = join(KEYS, 'orders.key.json');

/** The keys of the site, made aside and put in their place at once: they are all there or none. */
export function keysStep(facility: FacilityId, platform: User): Step {
  return {
    what: `keys, and the first order: ${KEYS}`,
    there: async () => existsSync(KEYS),
    make: async () => {
      const fresh = `${KEYS}.new`;
      await rm(fresh, { recursive: true, force: true });
      await makeKeys(fresh, { facility, issuer: 'control-room', now: Date.now() as Instant });
      for (const name of await readdir(fresh)) await mayRead(join(fresh, name), platform, 0o640);
      await mayRead(fresh, platform, 0o750);
      await rename(fresh, KEYS);
      await syncFolder(OWN);
    },
  };
}

/** What signs orders is moved to where no service may read it. */
export function orderKeyStep(): Step {
  return {
    what: `what signs orders, for officers: ${ORDER_KEY}`,
    there: async () => existsSync(KEYS) && !existsSync(OF_OFFICERS),
    make: async () => {
      await put(ORDER_KEY, await readFile(OF_OFFICERS, 'utf8'), 'root');
      await unlink(OF_OFFICERS);
    },
  };
}

async function mayRead(path: string, { gid }: User, mode: number): Promise<void> {
  await chown(path, 0, gid);
  await chmod(path, mode);
}
