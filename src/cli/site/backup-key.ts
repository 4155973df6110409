import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { syncFolder } from '../../protocol/durable.ts';
import { readWhole } from '../file.ts';
import { makeBackupKey } from '../keygen.ts';
import { BACKUP_KEY, KEPT, PLATFORM_FILE } from './places.ts';
import type { Step } from './step.ts';

/** The key that opens backups. */
export function backupKeyStep(): Step {
  return {
    what: `what opens backups: ${BACKUP_KEY}`,
    // Once the platform knows whom it belongs to, it is to be taken off this server.
    there: async () => existsSync(BACKUP_KEY) || existsSync(PLATFORM_FILE),
    make: async () => {
      const fresh = `${BACKUP_KEY}.new`;
      await rm(fresh, { force: true });
      await makeBackupKey(fresh);
      await rename(fresh, BACKUP_KEY);
      await syncFolder(KEPT);
    },
  };
}

/** Whom backups are encrypted to, as its key says. @throws FileError; Error where it does not */
export function backupRecipient(): string {
  const [recipient] = /\bage1[a-z0-9]+/.exec(readWhole(BACKUP_KEY)) ?? [];
  if (recipient === undefined) throw new Error(`${BACKUP_KEY}: does not say to whom it belongs`);
  return recipient;
}
