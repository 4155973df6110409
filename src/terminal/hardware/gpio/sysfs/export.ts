import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** udev gives the files of a line to the group `gpio` some time after they came. */
const PERMISSION_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Exports a line, or takes over one that is exported: /sys/class/gpio outlives a process that crashed, and does
 * not tell whose an exported line is. Resolves with whether it was taken over; its files may not be writable yet.
 * @throws the kernel's error: EBUSY where another has the line, EACCES where it is not permitted
 */
export async function exportLine(root: string, number: number): Promise<'exported' | 'taken over'> {
  if (await there(join(root, `gpio${number}`))) return 'taken over';
  await writeFile(join(root, 'export'), String(number));
  return 'exported';
}

/**
 * Resolves when the files of an exported line may be written.
 * @throws the kernel's error: EACCES where it is not permitted, ENOENT where it gives no edges
 */
export async function writable(root: string, number: number, edge: 'both' | 'none'): Promise<void> {
  const until = performance.now() + PERMISSION_MS;
  for (const file of edge === 'both' ? ['direction', 'value', 'edge'] : ['direction', 'value']) {
    for (;;) {
      try {
        await access(join(root, `gpio${number}`, file), constants.R_OK | constants.W_OK);
        break;
      } catch (error) {
        if (performance.now() > until) throw error;
        await pause(LOOK_EVERY_MS);
      }
    }
  }
}

const there = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
