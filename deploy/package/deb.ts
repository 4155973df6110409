import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { filesUnder, install } from './files.ts';

export interface DebOptions {
  /** Folder of the package's `control` and maintainer scripts. */
  readonly debian: string;
  /** Folder that holds what is to be installed, as it lies under `/`. */
  readonly tree: string;
  readonly file: string;
  readonly version: string;
  /** As Debian names it: amd64, arm64, armhf. */
  readonly arch: string;
  /** Time of every file, seconds since 1970. */
  readonly epoch: number;
}

/** Makes a .deb of a folder: everything owned by root, files in one order and of one time, so that the same input makes the same bytes. */
export function pack({ debian, tree, file, version, arch, epoch }: DebOptions): void {
  const files = filesUnder(tree);
  const kibibytes = files.reduce((sum, path) => sum + Math.ceil(lstatSync(join(tree, path)).size / 1_024), 0);
  const control = readFileSync(join(debian, 'control'), 'utf8')
    .replaceAll('@VERSION@', version)
    .replaceAll('@ARCH@', arch)
    .replaceAll('@SIZE@', String(kibibytes));
  const folder = join(tree, 'DEBIAN');
  mkdirSync(folder);
  writeFileSync(join(folder, 'control'), control);
  writeFileSync(join(folder, 'md5sums'), files.map((path) => `${md5(join(tree, path))}  ${path}\n`).join(''));
  const kept = files.filter((path) => path.startsWith('etc/'));
  if (kept.length > 0) writeFileSync(join(folder, 'conffiles'), kept.map((path) => `/${path}\n`).join(''));
  for (const name of ['postinst', 'prerm', 'postrm'])
    if (existsSync(join(debian, name))) install(join(debian, name), join(folder, name), 0o755);
  settle(tree, epoch);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zzstd', '-z9', tree, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const md5 = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex');

/** One time and one mode of folders for all that is in a tree. */
function settle(folder: string, epoch: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) settle(path, epoch);
    else lutimesSync(path, epoch, epoch);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, epoch, epoch);
}
