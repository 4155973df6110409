import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineFault } from '../fault.ts';

/** A chip as /sys/class/gpio shows it: its lines are numbered from `base` on. */
export interface Chip {
  readonly label: string;
  readonly base: number;
  readonly lines: number;
}

/**
 * The GPIO chips under `root`, which is /sys/class/gpio but in tests.
 * @throws LineFault where the kernel has no such folder
 */
export async function chips(root: string): Promise<Chip[]> {
  const entries = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    throw new LineFault(
      error.code === 'ENOENT'
        ? `there is no ${root}: this kernel is built without CONFIG_GPIO_SYSFS; set "driver": "gpiod" in the board file`
        : `${root}: ${error.message}`,
    );
  });
  const found = entries.filter((entry) => /^gpiochip\d+$/.test(entry)).sort();
  const one = async (entry: string): Promise<Chip | null> => {
    const read = async (file: string) => (await readFile(join(root, entry, file), 'utf8')).trim();
    try {
      return { label: await read('label'), base: Number(await read('base')), lines: Number(await read('ngpio')) };
    } catch {
      // Unplugged between the listing and the reading: it is as good as not there.
      return null;
    }
  };
  return (await Promise.all(found.map(one))).filter((chip) => chip !== null);
}
