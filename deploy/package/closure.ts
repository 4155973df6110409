import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Names = z.record(z.string(), z.string()).default({});
const Entry = z.object({ dependencies: Names, optionalDependencies: Names, peerDependencies: Names });
const Lock = z.object({ packages: z.record(z.string(), Entry) });

/**
 * The folders under `root` (as `node_modules/a/node_modules/b`) of these packages and of all that they depend on, found
 * as Node finds them, by what package-lock.json says. What is optional and not installed is left out.
 * @throws Error for a package that the lock file does not name or that is not installed
 */
export function closure(root: string, names: readonly string[]): string[] {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const find = (name: string, from: string): string | undefined => {
    for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
      const path = join(folder, 'node_modules', name);
      if (packages[path] && existsSync(join(root, path))) return path;
      if (folder === '') return undefined;
    }
  };
  const found = new Set<string>();
  const add = (path: string) => {
    const entry = packages[path];
    if (!entry || found.has(path)) return;
    found.add(path);
    for (const name of Object.keys({
      ...entry.dependencies,
      ...entry.optionalDependencies,
      ...entry.peerDependencies,
    })) {
      const next = find(name, path);
      // Types say nothing to a running program, though some packages depend on them.
      if (next !== undefined && !name.startsWith('@types/')) add(next);
    }
  };
  for (const name of names) {
    const path = find(name, '');
    if (path === undefined) throw new Error(`${name} is not installed: run npm ci`);
    add(path);
  }
  return [...found].sort();
}
