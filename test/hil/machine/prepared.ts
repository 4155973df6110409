import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/protocol/package-root.ts';

export const here = join(packageRoot(), 'test/hil/machine');
const cache = join(packageRoot(), '.cache/hil');

/** Runs a program of a step. @throws Error with the end of what it said */
export function run(program: string, args: readonly string[]): void {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: packageRoot() });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error);
    throw new Error(`${program} ${args[0] ?? ''} failed:\n${said.slice(-2_000)}`);
  }
}

/** Makes what `script` makes, once and again when its recipe has changed. Returns its folder. */
function kept(script: string, ...recipe: string[]): string {
  const hash = createHash('sha256');
  for (const name of [script, ...recipe]) hash.update(readFileSync(join(here, name)));
  for (const name of readdirSync('/boot')) if (name.startsWith('vmlinuz-')) hash.update(name);
  const folder = join(cache, `${script}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  run(join(here, script), [unfinished]);
  renameSync(unfinished, folder);
  // What an earlier recipe made is of no more use.
  for (const name of readdirSync(cache))
    if (name.startsWith(`${script}-`) && join(cache, name) !== folder) rmSync(join(cache, name), { recursive: true });
  return folder;
}

/** Folder with vmlinuz, initrd.gz and modules.tar. @throws Error with what a step of its making said */
export const kernel = (): string => kept('kernel.sh', 'initramfs-init', '../guest/gpio-mockup-keypad.patch');

/** Folder with root.tar. Needs the network of Debian's packages. @throws Error with what a step of its making said */
export const debian = (): string => kept('debian.sh');
