import { join } from 'node:path';
import { z } from 'zod';
import { CannotLoad, type Model, type Models, read } from './loading.ts';

const File = z.strictObject({ file: z.string().regex(/^[\w.-]+\.onnx$/), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const List = z.strictObject({ activity: File, speakers: z.array(File).min(1).max(8) });

/**
 * The models of a folder, by its `models.json`.
 * @throws CannotLoad
 */
export function modelsIn(folder: string): Models {
  const path = join(folder, 'models.json');
  const list = List.safeParse(parsed(read(path), path));
  if (!list.success) throw new CannotLoad('wrong-file', `${path}: not a list of models: put back the one we ship`);
  const of = ({ file, sha256 }: z.infer<typeof File>): Model => ({
    path: join(folder, file),
    id: `${file.replace(/\.onnx$/, '').toLowerCase()}@${sha256.slice(0, 12)}`,
    sha256,
  });
  return { activity: of(list.data.activity), speakers: list.data.speakers.map(of) };
}

function parsed(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new CannotLoad('wrong-file', `${path}: not JSON: put back the one we ship`);
  }
}
