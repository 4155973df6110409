import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import { groupOf } from './groups.ts';

const WHY = 'Without the keypad board the phone has no hook and no keys: no dial tone.';

/** Whether the serial port is there, and this user may open it. */
export async function portFindings({ hardware }: BoardFile, root: string): Promise<readonly Finding[]> {
  if (hardware.kind !== 'serial') return [];
  const path = `${root}${hardware.path.replace(/^\//, '')}`;
  const error = (what: string, remedy: string): readonly Finding[] => [
    { level: 'error', path: ['hardware', 'path'], what, why: WHY, remedy },
  ];
  const found = await stat(path).catch(() => null);
  if (!found) {
    const others = await readdir(`${root}dev/serial/by-id`).catch((): string[] => []);
    const list = others.map((name) => `/dev/serial/by-id/${name}`).join(', ');
    return error(
      `there is no ${hardware.path}`,
      list === '' ? 'Plug the board in, or switch the serial port on.' : `Plug the board in, or write one of: ${list}.`,
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
