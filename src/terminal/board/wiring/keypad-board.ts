import type { BoardFile } from '../file.ts';
import { factsOf, HEADER, type HeaderPin, pinOfLine, UART_LINES } from '../header.ts';
import type { KeypadBoard } from '../pins.ts';
import { ON_HEADER, partsOnLines, sound, usb } from './devices.ts';
import type { Device, Terminal } from './wire.ts';

/** The serial port of an Arduino that has one on pins: what it takes, what it sends. */
const [RX, TX] = [0, 1];

/** Every part round a serial keypad board: what is on its pins, and the computer that it talks to. */
export function keypadBoardDevices(board: BoardFile, pins: KeypadBoard): readonly Device[] {
  return [
    ...partsOnLines(pins, '5V'),
    ...computer(board),
    // Its cable goes to the computer, which is not in the middle of this sheet.
    ...sound(board).map((card) => ({ ...card, terminals: [] })),
  ];
}

function computer({ hardware, computer }: BoardFile): readonly Device[] {
  if (hardware.kind !== 'serial') return [];
  const facts = factsOf(computer);
  const onPins = facts?.header === true && ON_HEADER.test(hardware.path);
  return [
    {
      title: facts?.title ?? 'Computer',
      face: { kind: 'text' },
      notes: [
        hardware.path,
        `${hardware.baud} bit/s, 8N1`,
        ...(onPins ? ['of its header', '3.3 V levels: a 5 V board needs a level shifter'] : []),
      ],
      terminals: onPins ? uart() : [usb()],
    },
  ];
}

/** The pins of the Pi's header that go to those of the board: what one sends, the other takes. */
function uart(): readonly Terminal[] {
  const [txd, rxd] = UART_LINES;
  const first = (kind: HeaderPin['kind']) => HEADER.find((pin) => pin.kind === kind)?.pin;
  const pin = (number: number | undefined, goal: Terminal['goal']) => ({ name: `pin ${number}`, goal });
  return [
    pin(first('5V'), { to: '5V' }),
    pin(first('ground'), { to: 'ground' }),
    pin(pinOfLine(txd)?.pin, { to: 'line', line: { chip: 'D', offset: RX } }),
    pin(pinOfLine(rxd)?.pin, { to: 'line', line: { chip: 'D', offset: TX } }),
  ];
}
