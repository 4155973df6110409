import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import type { Path } from '../schema.ts';
import { readIfThere } from './read.ts';

const numbered = (text: string): readonly { name: string; id: number }[] =>
  text.split('\n').flatMap((line) => {
    const [name, , id] = line.split(':');
    return name && id ? [{ name, id: Number(id) }] : [];
  });

/** The name of a group, or its number where /etc/group does not tell. */
export async function groupOf(id: number, root: string): Promise<string> {
  const groups = numbered((await readIfThere(`${root}etc/group`)) ?? '');
  return groups.find((group) => group.id === id)?.name ?? String(id);
}

/** Groups by which the service may use what the board has; systemd does not start it where one does not exist. */
function wanted({ hardware, audio }: BoardFile): readonly { group: string; path: Path }[] {
  return [
    ...(audio.kind === 'alsa' ? [{ group: 'audio', path: ['audio'] }] : []),
    ...(hardware.kind === 'serial' ? [{ group: 'dialout', path: ['hardware'] }] : []),
    ...(hardware.kind === 'input' ? [{ group: 'input', path: ['hardware'] }] : []),
    ...(hardware.kind === 'gpio' ? [{ group: 'gpio', path: ['hardware'] }] : []),
  ];
}

/** Whether the groups exist that let the service use its devices. */
export async function groupFindings(board: BoardFile, root: string): Promise<readonly Finding[]> {
  const text = await readIfThere(`${root}etc/group`);
  if (text === null) return [];
  const names = numbered(text).map(({ name }) => name);
  return wanted(board)
    .filter(({ group }) => !names.includes(group))
    .map(({ group, path }) => ({
      level: 'error',
      path,
      what: `there is no group ${group} on this machine`,
      why: 'The service gets its devices by that group; systemd does not start it where the group does not exist.',
      remedy: `Install Tierphone's package, which makes it, or: groupadd --system ${group}, with a rule of udev that gives it the devices.`,
    }));
}
