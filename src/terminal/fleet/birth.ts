import { join } from 'node:path';
import { z } from 'zod';
import { openDocument } from '../storage/document.ts';
import type { FleetOptions } from './options.ts';

/**
 * The number of this life of the terminal, greater than that of every earlier one. It starts from the time in
 * seconds, so that it does not go back when the disk is replaced.
 */
export async function nextBirth({ folder, now, log }: Pick<FleetOptions, 'folder' | 'now' | 'log'>): Promise<number> {
  const document = await openDocument(join(folder, 'birth.json'), z.int().nonnegative(), 0, { log });
  const birth = Math.max(document.value + 1, Math.floor(now() / 1_000));
  await document.write(birth);
  return birth;
}
