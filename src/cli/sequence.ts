import { dirname } from 'node:path';
import { z } from 'zod';
import { lockFolder } from '../protocol/folder-lock.ts';
import type { Instant } from '../protocol/units.ts';
import { openDocument } from '../terminal/storage/document.ts';

/**
 * The sequence of the next order for `scope`: kept beside the key, and never below the time in milliseconds, so that it
 * does not go back where the file is lost or the key is used on another computer.
 */
export async function nextSequence(keyFile: string, scope: string, now: Instant): Promise<number> {
  const unlock = lockFolder(dirname(keyFile));
  try {
    const kept = await openDocument(`${keyFile}.sequences`, z.record(z.string(), z.int()), {});
    const sequence = Math.max((kept.value[scope] ?? 0) + 1, now);
    await kept.write({ ...kept.value, [scope]: sequence });
    return sequence;
  } finally {
    unlock();
  }
}
