import { isNobodyThere } from '../../platform/people/sign-in/links.ts';
import { FolderInUseError } from '../../protocol/folder-lock.ts';
import { untilUp } from './check.ts';
import { openSite } from './open-site.ts';
import { saidByPlatform, systemctl } from './units.ts';
import { as, type User } from './users.ts';

/** For a database that is new on a slow machine, ms. */
const PATIENCE = 120_000;

/**
 * Starts broker and platform anew, now and at each boot, and waits until they work together.
 * @throws Error with what does not start
 */
export async function startSite(): Promise<void> {
  await systemctl('enable', 'mosquitto', 'tierphone-platform');
  await systemctl('restart', 'mosquitto');
  await systemctl('restart', 'tierphone-platform');
  await untilUp(PATIENCE);
}

/** The link by which the first comes who runs the platform; null where somebody does. */
export async function firstLink(platform: User): Promise<string | null> {
  if (!(await as(platform, isNobodyYet))) return null;
  return /https?:\/\/\S+\/#\/welcome\/[\w-]+/.exec(await saidByPlatform())?.[0] ?? null;
}

async function isNobodyYet(): Promise<boolean> {
  const database = await openSite().catch((error: unknown) => {
    // That of a platform that runs cannot be asked: a link that was used already is told once more.
    if (error instanceof FolderInUseError) return null;
    throw error;
  });
  if (database === null) return true;
  return database.db.transaction().execute(isNobodyThere).finally(database.close);
}
