import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import { groupOf } from './groups.ts';
import { installed } from './program.ts';

const WHY = 'Without it the phone has no hook and no keys: no dial tone.';

/** Whether the device of the serial board or the USB handset is there, this user may open it, and what reads it is installed. */
export async function portFindings({ hardware }: BoardFile, root: string): Promise<readonly Finding[]> {
  if (hardware.kind !== 'serial' && hardware.kind !== 'input') return [];
  const folder = hardware.kind === 'serial' ? 'dev/serial/by-id' : 'dev/input/by-id';
  const path = `${root}${hardware.path.replace(/^\//, '')}`;
  const error = (what: string, remedy: string): readonly Finding[] => [
    { level: 'error', path: ['hardware', 'path'], what, why: WHY, remedy },
  ];
  if (hardware.kind === 'input' && !installed('evtest'))
    return error('the program evtest, which reads its keys, is not installed', 'apt install evtest.');
  const found = await stat(path).catch(() => null);
  if (!found) {
    const others = await readdir(`${root}${folder}`).catch((): string[] => []);
    const list = others.map((name) => `/${folder}/${name}`).join(', ');
    return error(
      `there is no ${hardware.path}`,
      list === '' ? 'Plug it in; a serial port of a Pi must be switched on.' : `Plug it in, or write one of: ${list}.`,
    );
  }
  if (await access(path, constants.R_OK | constants.W_OK).catch(() => 'refused')) {
    const group = await groupOf(found.gid, root);
    return error(
      `user ${process.getuid?.() ?? ''} may not open ${hardware.path}`,
      `Add the user to the group ${group} (usermod -aG ${group} USER), and start the terminal again.`,
    );
  }
  return [];
}
