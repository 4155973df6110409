import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Where udev keeps names of serial devices that outlive re-plugging. */
export const BY_ID = '/dev/serial/by-id';

/**
 * The name under `folder` of the very device that `path` is, where `path` is a number that the next restart may give
 * to another (ttyUSB0, ttyACM1). Null where it is none such or has no lasting name.
 */
export async function lastingName(path: string, folder: string): Promise<string | null> {
  if (!/^tty(USB|ACM)\d+$/.test(basename(path))) return null;
  try {
    const device = await realpath(path);
    for (const name of await readdir(folder)) {
      const lasting = join(folder, name);
      // A name may lead to a device that was unplugged this moment.
      if ((await realpath(lasting).catch(() => null)) === device) return lasting;
    }
  } catch {
    // Unplugged, or a machine without udev: there is nothing better to name.
  }
  return null;
}
