import type { Contact, Lamp } from '../../hardware/wiring.ts';
import type { BoardFile } from '../file.ts';
import { factsOf, UART_LINES } from '../header.ts';
import type { KeypadBoard } from '../pins.ts';
import type { Device, Goal, Terminal } from './wire.ts';

/** Every part that has wires to the computer. */
export function devicesOf(board: BoardFile): readonly Device[] {
  return [...hardware(board), ...sound(board)];
}

function hardware({ hardware, computer, pulls, soundCard, audio }: BoardFile): readonly Device[] {
  switch (hardware.kind) {
    case 'simulated':
      return [];
    case 'serial':
      return [serial(hardware.path, hardware.baud, factsOf(computer)?.header ?? false)];
    case 'input':
      return [handset(hardware.path, soundCard === 'handset' ? ['so is the sound card:', ...pcmsOf(audio)] : [])];
    case 'gpio':
      return [...partsOnLines(hardware, '3V3'), ...(pulls === 'resistors' ? resistors(hardware) : [])];
  }
}

const other = (state: 'open' | 'closed'): 'open' | 'closed' => (state === 'open' ? 'closed' : 'open');

/**
 * Hook, keypad, buttons and lamps, each wired to lines.
 * @param supply what is between a lamp and its line where it is lit while that is low
 */
export function partsOnLines(
  { hook, keypad, volume, tamper, lamps }: KeypadBoard,
  supply: '3V3' | '5V',
): readonly Device[] {
  const atRest = { hook: other(hook.lifted), tamper: tamper && other(tamper.opened) };
  return [
    contact('Hook switch', hook, atRest.hook, [`handset lifted: ${hook.lifted}`, 'drawn with it hung up']),
    {
      title: 'Keypad',
      face: { kind: 'keypad', keys: keypad.keys },
      notes: [],
      terminals: [
        ...keypad.columns.map((line, n) => ({ name: `column ${n + 1}`, goal: { to: 'line', line } as const })),
        ...keypad.rows.map((line, n) => ({ name: `row ${n + 1}`, goal: { to: 'line', line } as const })),
      ],
    },
    ...(volume ? [contact(volume.down ? 'Volume up' : 'Volume button', volume.up, 'open', ['pressed: closed'])] : []),
    ...(volume?.down ? [contact('Volume down', volume.down, 'open', ['pressed: closed'])] : []),
    ...(tamper && atRest.tamper
      ? [contact('Tamper switch', tamper, atRest.tamper, [`housing opened: ${tamper.opened}`, 'drawn with it shut'])]
      : []),
    ...(lamps.line ? [lamp('Lamp "line"', lamps.line, supply)] : []),
    ...(lamps.fault ? [lamp('Lamp "fault"', lamps.fault, supply)] : []),
  ];
}

function contact(title: string, { line, closed }: Contact, rest: 'open' | 'closed', notes: readonly string[]): Device {
  const common: Terminal =
    closed === 'low' ? { name: 'ground', goal: { to: 'ground' } } : { name: '3.3 V', goal: { to: '3V3' } };
  return {
    title,
    face: { kind: 'contact', rest },
    notes,
    terminals: [{ name: 'signal', goal: { to: 'line', line } }, common],
  };
}

/** Current flows from the long leg to the short one, through the resistor on the signal's side. */
function lamp(title: string, { line, lit }: Lamp, supply: '3V3' | '5V'): Device {
  const common: Terminal =
    lit === 'high'
      ? { name: 'ground', goal: { to: 'ground' } }
      : { name: supply === '5V' ? '5 V' : '3.3 V', goal: { to: supply } };
  const legs = lit === 'high' ? 'long leg to the resistor' : 'short leg to the resistor';
  return {
    title,
    face: { kind: 'lamp' },
    notes: [`lit while the line is ${lit}`, legs],
    terminals: [{ name: 'signal', goal: { to: 'line', line } }, common],
  };
}

/** Inputs that idle at a level, by the name of their part. */
export function idlesOf({ hook, keypad, volume, tamper }: KeypadBoard): Record<'up' | 'down', readonly Idle[]> {
  const contacts = [
    { what: 'hook', wired: hook },
    { what: 'volume up', wired: volume?.up },
    { what: 'volume down', wired: volume?.down },
    { what: 'tamper', wired: tamper },
  ].flatMap(({ what, wired }) => (wired ? [{ what, line: wired.line, closed: wired.closed }] : []));
  const rows = keypad.rows.map((line, n) => ({ what: `row ${n + 1}`, line, closed: 'low' as const }));
  const all = [...rows, ...contacts];
  return { up: all.filter(({ closed }) => closed === 'low'), down: all.filter(({ closed }) => closed === 'high') };
}

interface Idle {
  readonly what: string;
  readonly line: Contact['line'];
}

function resistors(board: KeypadBoard): readonly Device[] {
  const { up, down } = idlesOf(board);
  const strip = (title: string, idles: readonly Idle[], terminal: Terminal): readonly Device[] =>
    idles.length === 0
      ? []
      : [
          {
            title,
            face: { kind: 'text' },
            notes: ['10 kΩ each, from here to:', ...chunks(idles.map(({ what }) => what))],
            terminals: [terminal],
          },
        ];
  return [
    ...strip('Pull-up resistors', up, { name: '3.3 V', goal: { to: '3V3' } }),
    ...strip('Pull-down resistors', down, { name: 'ground', goal: { to: 'ground' } }),
  ];
}

const chunks = (names: readonly string[]) =>
  Array.from({ length: Math.ceil(names.length / 4) }, (_, n) => names.slice(4 * n, 4 * n + 4).join(', '));

export const usb = (): Terminal => ({ name: 'USB', goal: { to: 'usb' } });

/** Ports that are pins 8 and 10 of the header. */
export const ON_HEADER = /^\/dev\/(serial0|ttyAMA0|ttyS0)$/;

function serial(path: string, baud: number, header: boolean): Device {
  const [tx, rx] = UART_LINES;
  const uart = (name: string, bcm: number) => ({ name, goal: { to: 'uart', bcm } satisfies Goal });
  const pins = header && ON_HEADER.test(path);
  return {
    title: 'Serial keypad board',
    face: { kind: 'text' },
    notes: [
      path,
      `${baud} bit/s, 8N1`,
      ...(pins ? ['3.3 V levels: a 5 V board needs a level shifter'] : []),
      'hook, keypad and lamps are on it',
    ],
    terminals: pins
      ? [{ name: '5 V', goal: { to: '5V' } }, { name: 'GND', goal: { to: 'ground' } }, uart('RX', tx), uart('TX', rx)]
      : [usb()],
  };
}

const handset = (path: string, sound: readonly string[]): Device => ({
  title: 'USB handset',
  face: { kind: 'text' },
  notes: [path, 'hook and keypad are in it', ...sound],
  terminals: [usb()],
});

/** Names of the sound card, each once. */
const pcmsOf = (audio: BoardFile['audio']) =>
  audio.kind === 'alsa' ? [...new Set([audio.capture, audio.playback])] : [];

const CARDS = {
  usb: 'Sound card on USB',
  i2s: 'Sound card on the header (I2S)',
  'built-in': 'Sound card in the computer',
} as const;

export function sound({ audio, soundCard }: BoardFile): readonly Device[] {
  if (audio.kind !== 'alsa' || soundCard === 'handset') return [];
  return [
    {
      title: CARDS[soundCard],
      face: { kind: 'text' },
      notes: [...pcmsOf(audio), 'headphones out: earpiece', 'microphone in: microphone'],
      terminals: soundCard === 'usb' ? [usb()] : [],
    },
  ];
}
