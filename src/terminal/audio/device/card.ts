import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Part } from './sound-device.ts';

/** A PCM's name taken apart: which card, as its id or number, and which device on it. */
interface Place {
  card: string;
  device: number;
}

/** A card that is there. */
interface Card {
  index: number;
  id: string;
}

/** Where the kernel shows its cards; another folder in tests. */
const ROOT = '/';

/** `plughw:CARD=Handset,DEV=0`, `hw:Handset`, `plughw:1,0` and the like; null for names that do not name a card (`default`). */
export function placeOf(pcm: string): Place | null {
  const [, kind = '', list = ''] = /^(\w+):(.+)$/.exec(pcm) ?? [];
  if (kind === '') return null;
  const fields = list.split(',');
  const named = (name: string): string | undefined =>
    fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1);
  const bare = fields.some((field) => field.includes('=')) ? [] : fields;
  const card = named('CARD') ?? bare[0];
  const device = Number(named('DEV') ?? bare[1] ?? 0);
  return card && Number.isInteger(device) ? { card, device } : null;
}

/** The cards that are there now. */
function cards(root: string): Card[] {
  const text = read(`${root}proc/asound/cards`) ?? '';
  return [...text.matchAll(/^ *(\d+) \[(\S+) *\]/gm)].map(([, index, id = '']) => ({ index: Number(index), id }));
}

const find = ({ card }: Place, all: readonly Card[]): Card | undefined =>
  all.find(({ id, index }) => id === card || String(index) === card);

/**
 * Why a program that opens `pcm` left, and what to do about it: one line. `said` is what it said itself. ALSA says "No such file or
 * directory" to a card that is not there, to one that may not be opened and to one whose name is wrong: the kernel knows better.
 */
export function whyGone(pcm: string, part: Part, said: string, root = ROOT): string {
  const place = placeOf(pcm);
  const all = cards(root);
  const hindered = hindrance(pcm, part, root);
  if (all.length === 0) return `${hindered} (${said})`;
  if (hindered !== null) return hindered;
  const card = place && find(place, all);
  if (!place || !card) return `${pcm}: ${said}; cards: ${listed(all)}`;
  const name = pcmOf(place, part);
  if (/busy/i.test(said))
    return `card ${card.id}: another program has its ${part}${owner(root, card, name)}: stop it, or keep it from the card`;
  if (/non available|not supported|Invalid argument|rate is not accurate/i.test(said))
    return `card ${card.id} cannot do what is asked (${said}): name it plughw:CARD=${card.id}, and a rate it knows, in the board file`;
  return `card ${card.id}, ${part}: ${said}`;
}

/** The kernel's name of a device of a card: pcm0c is the first that captures. */
const pcmOf = ({ device }: Place, part: Part): string => `pcm${device}${part === 'capture' ? 'c' : 'p'}`;

/**
 * What keeps `pcm` from being opened by this user, as far as the kernel shows it before anything is opened: one line
 * with its remedy. Null where nothing does, or the name does not tell which card it is.
 */
export function hindrance(pcm: string, part: Part, root = ROOT): string | null {
  const place = placeOf(pcm);
  const all = cards(root);
  if (all.length === 0) return 'no sound card is there: plug it in; if it is, dmesg tells why it has no driver';
  if (!place) return null;
  const card = find(place, all);
  if (!card)
    return `card ${place.card} is not there: plug it in, or name another as audio.${part} in the board file; cards: ${listed(all)}`;
  const name = pcmOf(place, part);
  if (!existsSync(`${root}proc/asound/card${card.index}/${name}`))
    return `card ${card.id} has no ${part} device ${place.device}: ${part === 'capture' ? 'arecord' : 'aplay'} -l lists those there are; name one as audio.${part} in the board file`;
  const refused = mayNot(`${root}dev/snd/pcmC${card.index}D${place.device}${part === 'capture' ? 'c' : 'p'}`);
  return refused && `card ${card.id}: ${refused}`;
}

/** True once `pid` has `pcm` open; null where the kernel does not tell. */
export function hasOpen(pcm: string, part: Part, pid: number, root = ROOT): boolean | null {
  const place = placeOf(pcm);
  const card = place && find(place, cards(root));
  if (!place || !card) return null;
  const owners = ownersOf(root, card, pcmOf(place, part));
  return owners?.includes(pid) ?? null;
}

const listed = (all: readonly Card[]): string => all.map(({ id, index }) => `${id} (${index})`).join(', ');

/** Processes that have a device open, one a subdevice. */
function ownersOf(root: string, { index }: Card, name: string): number[] | null {
  const folder = `${root}proc/asound/card${index}/${name}`;
  try {
    return readdirSync(folder)
      .filter((entry) => entry.startsWith('sub'))
      .map((entry) => /^owner_pid\s*:\s*(\d+)/m.exec(read(`${folder}/${entry}/status`) ?? '')?.[1])
      .filter((pid) => pid !== undefined)
      .map(Number);
  } catch {
    return null;
  }
}

function owner(root: string, card: Card, name: string): string {
  const named = (ownersOf(root, card, name) ?? []).map(
    (pid) => `${read(`${root}proc/${pid}/comm`)?.trim() ?? 'unknown'}, process ${pid}`,
  );
  return named.length > 0 ? ` (${named.join('; ')})` : '';
}

/** Why a device file cannot be opened; null where it can. */
function mayNot(path: string): string | null {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return null;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return `there is no ${path}: udev has not made it; is /dev a devtmpfs?`;
    return `user ${process.getuid?.() ?? ''} may not open ${path}: add it to the group audio (usermod -aG audio USER) and start the terminal again`;
  }
}

/** The text of a file; null where it cannot be read. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
