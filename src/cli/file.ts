import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { inWords } from '../protocol/words.ts';

/** A file that cannot be used: one line that names the file, the place in it and the remedy. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const WHY: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder, a file is wanted',
};

/** Reads a text file whole. @throws FileError */
export function readWhole(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileFault(path, error);
  }
}

/** Why a file could not be read, in a line. */
export function fileFault(path: string, cause: unknown): FileError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return new FileError(`${path}: ${WHY[code] ?? `cannot be read (${code})`}`, { cause });
}

/** Where one of several forms is wanted and none fits, what is wrong with the one that was most likely meant. */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const forms = issue.errors.filter((form) =>
    form.every(({ code, path }) => code === 'unrecognized_keys' || path.length > 0),
  );
  const [likely] = forms.sort((a, b) => a.length - b.length);
  return likely
    ? likely.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(nearest)
    : [issue];
}

/**
 * Reads a YAML (or JSON) file and checks it.
 * @throws FileError naming file, line, key and what is wanted there.
 */
export function readYaml<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  return readYamlAsWritten(path, schema).read;
}

/** As `readYaml`, and what is written there too. @throws FileError */
export function readYamlAsWritten<S extends z.ZodType>(path: string, schema: S): Both<S> {
  const text = readWhole(path);
  return readJson(text, schema) ?? readSlowly(path, text, schema);
}

interface Both<S extends z.ZodType> {
  readonly written: unknown;
  readonly read: z.output<S>;
}

/** Where it is JSON and all is well: a long file is read so in a tenth of the time. */
function readJson<S extends z.ZodType>(text: string, schema: S): Both<S> | null {
  try {
    const written: unknown = JSON.parse(text);
    const { success, data } = schema.safeParse(written);
    return success ? { written, read: data } : null;
  } catch {
    return null;
  }
}

function readSlowly<S extends z.ZodType>(path: string, text: string, schema: S): Both<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new FileError(`${path}:${line}:${col}: not YAML: ${broken.message.split('\n')[0]}`);
  }
  const written: unknown = document.toJS();
  const result = schema.safeParse(written, { error: inWords });
  if (result.success) return { written, read: result.data };
  const told = result.error.issues
    .flatMap(nearest)
    .slice(0, 5)
    .map((issue) => {
      // An unknown key is reported at its parent; the line wanted is the key's own.
      const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const at = key === undefined ? issue.path : [...issue.path, key];
      const node = document.getIn(at, true) as { range?: [number, number, number] } | undefined;
      const line = node?.range ? `:${lines.linePos(node.range[0]).line}` : '';
      const what = key === undefined ? issue.message : 'there is no such setting; check its spelling or remove it';
      return `${path}${line}: ${at.join('.') || 'the whole file'}: ${what}`;
    });
  throw new FileError(told.join('\n'));
}

/** Reads a text file whole, white space at its ends cut. @throws FileError */
export const readText = (path: string): string => readWhole(path).trim();

/** A file that has a certificate in it; gives its path. @throws FileError */
export function mustHaveCertificate(path: string): string {
  const text = readWhole(path);
  try {
    // Node trusts nobody where it finds none, and does not say so.
    new X509Certificate(text);
  } catch (error) {
    throw new FileError(`${path}: no certificate (PEM) is in it`, { cause: error });
  }
  return path;
}

/** A path written in `file`, seen from where that file stands. */
export const beside = (file: string, path: string): string => resolve(dirname(file), path);
