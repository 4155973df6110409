import { existsSync } from 'node:fs';
import { Site } from '../../platform/facilities/site.ts';
import { bringSite } from '../../platform/facilities/site-file/bring.ts';
import { readKeys } from '../../platform/keys.ts';
import type { Actor } from '../../platform/people/actor.ts';
import { FolderInUseError } from '../../protocol/folder-lock.ts';
import type { Instant } from '../../protocol/units.ts';
import { readYamlAsWritten } from '../file.ts';
import { readPlatformConfig } from '../platform.ts';
import type { Answers } from './answers.ts';
import { openSite } from './open-site.ts';
import { PLATFORM_FILE } from './places.ts';
import type { Step } from './step.ts';
import { as, type User } from './users.ts';

/** In the trail, beside what it brought. */
const WHO: Actor = {
  ...{ kind: 'machine', id: 'site-init', name: 'tierphone site init', operator: true },
  ...{ roles: new Map(), scopes: null, from: 'this machine' },
};

/** The facility in the database: as its site file says, or new with one unit. From then on it is changed on the page, or by `tierphone import`. */
export function facilityStep(answers: Answers, platform: User, database: Pick<Step, 'there'>): Step {
  const { facility, name, site } = answers;
  // Read as root: PINs stand in it.
  const document = () => (site === null ? fresh(answers) : readYamlAsWritten(site, Site).written);
  return {
    what: `facility ${facility} (${name}) in the database`,
    there: async () =>
      existsSync(PLATFORM_FILE) && (await database.there()) && (await as(platform, () => isKnown(facility))),
    make: async () => {
      const written = Buffer.from(JSON.stringify(document()));
      await as(platform, () => bring(facility, written));
    },
  };
}

const fresh = ({ facility: id, name, timeZone }: Answers) => ({
  facility: { id, name, timeZone, dialling: 'listed', limit: '15m' },
  units: [{ id: 'A' }],
});

async function isKnown(facility: Answers['facility']): Promise<boolean> {
  const database = await openSite().catch((error: unknown) => {
    // It runs, and so it has been brought.
    if (error instanceof FolderInUseError) return null;
    throw error;
  });
  if (database === null) return true;
  const { db, close } = database;
  const row = db.selectFrom('facilities').select('id').where('id', '=', facility).executeTakeFirst();
  return (await row.finally(close)) !== undefined;
}

async function bring(facility: Answers['facility'], document: Uint8Array): Promise<void> {
  const { pepper, voiceprints } = await readKeys(readPlatformConfig(PLATFORM_FILE).keys);
  const { db, close } = await openSite();
  const job = { facility, document, gzip: false, dryRun: false, takeAway: false, who: WHO, at: Date.now() as Instant };
  await bringSite(db, job, { pepper, voices: voiceprints !== null }).finally(close);
}
