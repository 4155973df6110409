import { chmodSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** Every file under a folder, as paths relative to it, sorted: the same on any disk. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Copies a file, its mode made 644 or, for a program, 755. */
export function install(from: string, to: string, mode: 0o644 | 0o755 = 0o644): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

const RUNS = new Set(['.js', '.cjs', '.mjs', '.json', '.node', '.so', '.wasm', '.data', '.gz']);
/** What a package has browsers shown: it reads it as it starts. */
const SHOWN = /^static\/.*\.(css|html|png|svg)$/;
const ASIDE = new Set(['test', 'tests', 'docs', 'doc', 'example', 'examples', 'benchmarks', 'browser']);

/** Whether a file of this name says under what terms others' code may be handed on. */
export const isLicence = (name: string): boolean => /^(licen[cs]e|notice)/i.test(name);

/**
 * Whether a file of an npm package (path relative to the package) may be loaded by a program on Linux of this
 * architecture (`x64`, `arm64`, `arm`): neither types, sources, maps and tests, nor other systems' binaries. Licences stay.
 */
export function neededOf(path: string, arch: string): boolean {
  if (isLicence(basename(path))) return true;
  const [first = '', ...rest] = path.split('/');
  if (rest.length > 0 && ASIDE.has(first)) return false;
  if (path.includes('/obj.target/') || /(^|[./])musl[._]/.test(path)) return false;
  const [, system] = /(?:^|\/)prebuilds\/([^/]+)\//.exec(path) ?? [];
  return SHOWN.test(path) || ((system === undefined || system === `linux-${arch}`) && RUNS.has(extname(path)));
}
