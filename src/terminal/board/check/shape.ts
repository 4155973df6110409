import type { z } from 'zod';
import { BoardFile } from '../file.ts';
import { type Path, schemaAt, wanted, writtenAt } from '../schema.ts';
import type { Finding, Written } from './finding.ts';
import { nearestOf } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** Every fault against the schema: unknown and missing settings, wrong types and values. */
export function shapeFindings(file: Written): readonly Finding[] {
  const result = BoardFile.safeParse(file);
  return result.success ? [] : result.error.issues.flatMap((issue) => explain(file, issue));
}

function explain(file: Written, issue: Issue): Finding[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(file, path, key));
  const value = writtenAt(file, path) ?? undefined;
  return [value === undefined ? missing(file, path) : wrong(file, path, value, issue)];
}

const nameOf = (path: Path) => path.join('.') || 'the file';

function unknownKey(file: Written, path: Path, key: string): Finding {
  const known = settingsAt(file, path);
  const meant = nearestOf(key, known);
  return {
    level: 'error',
    path: [...path, key],
    what: `${nameOf(path)} has no setting "${key}"`,
    why: 'A setting that nobody reads would leave the phone with the default, and you in the belief that it is set.',
    remedy: meant === undefined ? `Remove it; there are: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
  };
}

function settingsAt(file: Written, path: Path): readonly string[] {
  const schema = schemaAt(file, path);
  const kind = writtenAt(file, [...path, 'kind']);
  const form = schema?.oneOf?.find((each) => each.properties?.kind?.const === kind) ?? schema;
  return Object.keys(form?.properties ?? {});
}

/** What a setting is for, from the schema: its own description, or that of the nearest group around it. */
function purpose(file: Written, path: Path): string {
  const own = schemaAt(file, path)?.description;
  if (own !== undefined) return own;
  return path.length === 0 ? 'A terminal cannot start without.' : purpose(file, path.slice(0, -1));
}

function missing(file: Written, path: Path): Finding {
  return {
    level: 'error',
    path,
    what: path.length === 0 ? 'the file is empty' : `"${path.at(-1)}" is missing`,
    why: purpose(file, path),
    remedy: `Add it: ${wantedAt(file, path)}.`,
  };
}

/** `kind` chooses among forms, so its place alone does not tell what is allowed. */
function wantedAt(file: Written, path: Path): string {
  const parent = path.at(-1) === 'kind' ? schemaAt(file, path.slice(0, -1)) : undefined;
  const kinds = parent?.oneOf?.flatMap((form) => form.properties?.kind?.const ?? []);
  if (kinds && kinds.length > 0) return `one of ${kinds.join(', ')}`;
  const schema = schemaAt(file, path);
  return schema ? wanted(schema) : 'see board.schema.json';
}

function wrong(file: Written, path: Path, value: unknown, issue: Issue): Finding {
  const allowed = issue.code === 'invalid_format' || issue.code === 'custom' ? issue.message : wantedAt(file, path);
  const meant = typeof value === 'string' ? nearestOf(value, allowed.replace(/^one of /, '').split(', ')) : undefined;
  return {
    level: 'error',
    path,
    what: issue.code === 'custom' ? issue.message : `${shown(value)} will not do here`,
    why: purpose(file, path),
    remedy: remedy(file, path, value, meant, allowed),
    ...(issue.code === 'custom' && { crosswise: true as const }),
  };
}

function remedy(file: Written, path: Path, value: unknown, meant: string | undefined, allowed: string): string {
  if (path.includes('keys') && typeof value === 'string' && /^[A-D]$/i.test(value))
    return 'Write null: a phone has no use for the keys A to D of a 4x4 keypad.';
  if (meant !== undefined) return `Did you mean "${meant}"? It may be ${allowed}.`;
  const unit = typeof value === 'number' ? unitOf(schemaAt(file, path)?.pattern) : null;
  if (unit !== null) return `A time is written with its unit, in quotes: "${value}${unit}".`;
  return allowed.includes(' wanted') ? `${capital(allowed)}.` : `Write ${allowed}.`;
}

/** The unit that is most likely meant by a bare number. */
function unitOf(pattern: string | undefined): string | null {
  if (pattern?.includes('(ms|')) return 'ms';
  return pattern?.includes('us$') ? 'us' : null;
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
