import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ModelId } from '../../protocol/voice.ts';
import type { Cannot } from '../../protocol/voice-check.ts';

/** What stands in the way of hearing anything. */
export class CannotLoad extends Error {
  readonly reason: Cannot;
  constructor(reason: Cannot, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export interface Model {
  readonly path: string;
  readonly id: ModelId;
  readonly sha256: string;
}

/** The files to load. */
export interface Models {
  /** Tells speech from what is none. */
  readonly activity: Model;
  readonly speakers: readonly Model[];
}

/**
 * Finds each file to be what the list says: a damaged one does not throw where it is loaded, it ends the process.
 * @throws CannotLoad
 */
export function check({ activity, speakers }: Models): void {
  for (const { path, sha256 } of [activity, ...speakers]) {
    const found = createHash('sha256').update(read(path)).digest('hex');
    if (found !== sha256)
      throw new CannotLoad('wrong-file', `${path}: SHA-256 ${found} is not the one in models.json: put the file back`);
  }
}

/** @throws CannotLoad */
export function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotLoad('missing-file', `${path}: cannot be read (${code}): put the file back`);
  }
}
