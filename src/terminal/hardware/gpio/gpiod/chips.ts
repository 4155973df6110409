import { closeSync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line } from '../../wiring.ts';
import { chipOf } from '../chip.ts';
import { lineFault } from '../fault.ts';
import type { Libc } from './libc.ts';
import { emptyInfo, GET_INFO, readInfo } from './uapi.ts';

const DEVICES = '/dev';

/** Chips by label. Their files are open, and to be closed. */
export interface Chips {
  /**
   * The file of the chip that a line is of.
   * @throws LineFault where no chip, or more than one, has the label, or the chip has no such line
   */
  fileOf(wish: { what: string; line: Line }): number;
  close(): void;
}

/**
 * Opens the GPIO chips of this machine.
 * @throws LineFault where there are some and none may be opened
 */
export async function openChips(libc: Libc): Promise<Chips> {
  const found = new Map<string, { file: number; label: string; lines: number }>();
  const close = () => {
    for (const { file } of found.values()) closeSync(file);
    found.clear();
  };
  let refused: unknown = null;
  for (const name of (await readdir(DEVICES)).filter((entry) => /^gpiochip\d+$/.test(entry)).sort()) {
    try {
      const file = openSync(join(DEVICES, name), 'r+');
      const info = emptyInfo();
      libc.ioctl(file, GET_INFO, info);
      const chip = readInfo(info);
      // A Pi 5 has a second name for one and the same chip.
      if (found.has(chip.name)) closeSync(file);
      else found.set(chip.name, { file, label: chip.label, lines: chip.lines });
    } catch (error) {
      refused = lineFault(join(DEVICES, name), error);
    }
  }
  if (found.size === 0 && refused) throw refused;
  return {
    close,
    fileOf: (wish) => chipOf(wish, [...found.values()]).file,
  };
}
