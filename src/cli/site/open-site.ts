import { type Database, openDatabase } from '../../platform/database/open.ts';
import { readPlatformConfig } from '../platform.ts';
import { PLATFORM_FILE } from './places.ts';

/**
 * Opens the database of the site: by the user of the platform alone.
 * @throws FolderInUseError where it is embedded and the platform runs
 */
export function openSite(): Promise<Database> {
  const fault = (cause: Error) => {
    throw cause;
  };
  return openDatabase(readPlatformConfig(PLATFORM_FILE).database, { fault, died: fault });
}
