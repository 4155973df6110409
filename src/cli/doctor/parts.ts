import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import type { Finding } from '../../protocol/finding.ts';
import { placeOf, whyGone } from '../../terminal/audio/device/card.ts';
import type { BoardFile } from '../../terminal/board/file.ts';
import { told } from './service.ts';

const USER = 'tierphone';

/** What a board file names and this machine does not have, or does not let the terminal have. */
export async function boardFindings(board: BoardFile): Promise<Finding[]> {
  return [...hardwareFindings(board), ...soundFindings(board), ...(await groupFindings(board))];
}

function hardwareFindings({ hardware }: BoardFile): Finding[] {
  if ((hardware.kind === 'serial' || hardware.kind === 'input') && !existsSync(hardware.path)) {
    const [what, folder] = hardware.kind === 'serial' ? ['keypad board', 'serial'] : ['handset', 'input'];
    return [
      {
        weight: 'stops-calls',
        what: `the ${what} is not there: ${hardware.path}`,
        why: 'without it the phone knows neither hook nor keys',
        remedy: `plug it in; ls -l /dev/${folder}/by-id shows what there is`,
      },
    ];
  }
  if (hardware.kind === 'gpio' && !existsSync('/sys/class/gpio') && !existsSync('/dev/gpiochip0')) {
    return [
      {
        weight: 'stops-calls',
        what: 'this machine has no GPIO lines',
        why: 'the board file has hook and keypad on them',
        remedy: 'use the board file of this machine, or a kernel that has its GPIO',
      },
    ];
  }
  return [];
}

function soundFindings({ audio }: BoardFile): Finding[] {
  if (audio.kind !== 'alsa') return [];
  const cards = textOf('/proc/asound/cards') ?? '';
  return (['capture', 'playback'] as const).flatMap((part): Finding[] => {
    const place = placeOf(audio[part]);
    const known =
      place !== null &&
      (cards.includes(`[${place.card.padEnd(15)}]`) || new RegExp(`^ *${place.card} \\[`, 'm').test(cards));
    if (place === null || known) return [];
    return [
      {
        weight: 'stops-calls',
        what: `${part}: ${whyGone(audio[part], part, 'not there')}`.slice(0, 300),
        why: 'nobody would hear anything, so no call is let through',
        remedy: 'plug the card in; cat /proc/asound/cards shows those there are',
      },
    ];
  });
}

/** Whether the service's own user is in the groups that his devices belong to. */
async function groupFindings({ hardware, audio }: BoardFile): Promise<Finding[]> {
  const groups = await told('id', ['-nG', USER]);
  if (groups === null) return [];
  const wanted = [
    ...(audio.kind === 'alsa' ? ['audio'] : []),
    ...(hardware.kind === 'serial' ? ['dialout'] : []),
    ...(hardware.kind === 'gpio' ? ['gpio'] : []),
    ...(hardware.kind === 'input' ? ['input'] : []),
  ];
  return wanted
    .filter((group) => !groups.split(' ').includes(group))
    .map((group) => ({
      weight: 'note',
      what: `user ${USER} is not in the group ${group}`,
      why: 'a terminal that is started other than by its service may not open the device',
      remedy: `usermod -aG ${group} ${USER}; the service itself adds it`,
    }));
}

/** Whether the data folder is there and its owner the service's user. */
export function folderFindings(folder: string): Finding[] {
  if (!existsSync(folder)) {
    return [
      {
        weight: 'note',
        what: `the data folder ${folder} is not there yet`,
        why: 'a terminal makes it at its first start',
        remedy: 'start the terminal',
      },
    ];
  }
  try {
    accessSync(folder, constants.W_OK);
    return [];
  } catch {
    return [
      {
        weight: 'stops-calls',
        what: `the data folder ${folder} cannot be written (owner ${statSync(folder).uid})`,
        why: 'no record of a call could be kept',
        remedy:
          'run the doctor as root; if it says so still, give the folder to the user of the terminal, or check the card',
      },
    ];
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
