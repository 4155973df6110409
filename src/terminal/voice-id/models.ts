import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelId } from '../../protocol/voice.ts';
import type { Cannot } from './port.ts';

const File = z.strictObject({ file: z.string().regex(/^[\w.-]+\.onnx$/), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const List = z.strictObject({ activity: File, speakers: z.array(File).min(1).max(8) });

/** What stands in the way of hearing anything. */
export class CannotLoad extends Error {
  readonly reason: Cannot;
  constructor(reason: Cannot, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

interface Model {
  readonly path: string;
  readonly id: ModelId;
}

/** The files to load, each found to be what the list says. */
export interface Models {
  /** Tells speech from what is none. */
  readonly activity: Model;
  readonly speakers: readonly Model[];
}

/**
 * The models of a folder, by its `models.json`. Each file's SHA-256 is looked at first: a damaged file does not throw where it
 * is loaded, it ends the process.
 * @throws CannotLoad
 */
export function modelsIn(folder: string): Models {
  const listed = join(folder, 'models.json');
  const list = List.safeParse(parsed(read(listed), listed));
  if (!list.success) throw new CannotLoad('wrong-file', `${listed}: not a list of models: put back the one we ship`);
  const checked = ({ file, sha256 }: z.infer<typeof File>): Model => {
    const path = join(folder, file);
    const found = createHash('sha256').update(read(path)).digest('hex');
    if (found !== sha256)
      throw new CannotLoad('wrong-file', `${path}: SHA-256 ${found} is not the one in models.json: put the file back`);
    return { path, id: `${file.replace(/\.onnx$/, '').toLowerCase()}@${sha256.slice(0, 12)}` };
  };
  return { activity: checked(list.data.activity), speakers: list.data.speakers.map(checked) };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotLoad('missing-file', `${path}: cannot be read (${code}): put the file back`);
  }
}

function parsed(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new CannotLoad('wrong-file', `${path}: not JSON: put back the one we ship`);
  }
}
