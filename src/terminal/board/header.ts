import type { Line } from '../hardware/wiring.ts';
import type { Computer } from './file.ts';

/** A pin of the 40-pin header. `reserved` is the ID EEPROM of HATs (I2C 0): the firmware talks there at boot. */
export interface HeaderPin {
  readonly pin: number;
  readonly kind: '3V3' | '5V' | 'ground' | 'gpio' | 'reserved';
  /** BCM number: the offset in the Pi's GPIO chip. Null for supply and ground. */
  readonly bcm: number | null;
}

// Pins 1, 2, 3, ... of every Pi since the B+: a number is a BCM line.
const ORDER =
  '3V3 5V 2 5V 3 G 4 14 G 15 17 18 27 G 22 23 3V3 24 10 G 9 25 11 8 G 7 ID0 ID1 5 G 6 12 13 G 19 16 26 20 G 21';

/** The 40-pin header, pin 1 first. Odd pins are the row on the inner side of the board, even pins the row at its edge. */
export const HEADER: readonly HeaderPin[] = ORDER.split(' ').map((text, index) => {
  const pin = index + 1;
  if (text === '3V3' || text === '5V') return { pin, kind: text, bcm: null };
  if (text === 'G') return { pin, kind: 'ground', bcm: null };
  if (text.startsWith('ID')) return { pin, kind: 'reserved', bcm: Number(text.slice(2)) };
  return { pin, kind: 'gpio', bcm: Number(text) };
});

/** The pin on which a BCM line is, reserved ones included. */
export const pinOfLine = (bcm: number): HeaderPin | undefined => HEADER.find((pin) => pin.bcm === bcm);

/** The serial port: what the Pi sends, what it takes. */
export const UART_LINES = [14, 15] as const;
/** Samples of a sound card on the header. */
export const I2S_LINES = [18, 19, 20, 21] as const;
/** I2C 1: resistors of 1.8 kOhm on the Pi itself pull both up. */
export const I2C_LINES = [2, 3] as const;

/** A kind of computer as far as wires go. */
export interface ComputerFacts {
  readonly title: string;
  /** Label of the GPIO chip that serves the header, as `gpiodetect` shows it. */
  readonly chip: string;
  /** Lines of that chip. */
  readonly lines: number;
  /** Whether its lines come out on the 40-pin header. */
  readonly header: boolean;
  /** What is printed beside the pins of its lines, where it has no header but its own. */
  readonly printed?: (line: Line) => string;
}

/** A keypad board's Arduino of any kind: A0 is another number on each, so a line is named by what is printed, A/0 or D/9. */
export const ARDUINO: ComputerFacts = {
  title: 'Keypad board (Arduino)',
  chip: 'D',
  lines: 14,
  header: false,
  printed: ({ chip, offset }) => (chip === 'A' ? `A${offset}` : String(offset)),
};

const FACTS: Record<Exclude<Computer, 'any'>, ComputerFacts> = {
  'raspberry-pi-4': { title: 'Raspberry Pi 4', chip: 'pinctrl-bcm2711', lines: 58, header: true },
  'raspberry-pi-5': { title: 'Raspberry Pi 5', chip: 'pinctrl-rp1', lines: 54, header: true },
  // As the rig in test/hil loads the module gpio-mockup.
  qemu: { title: 'QEMU guest', chip: 'gpio-mockup-A', lines: 16, header: false },
};

/** What is known of a computer; null for `any`. */
export const factsOf = (computer: Computer): ComputerFacts | null => (computer === 'any' ? null : FACTS[computer]);

/** The known computer that has a GPIO chip of this label. */
export const computerWith = (chip: string): ComputerFacts | undefined =>
  Object.values(FACTS).find((facts) => facts.chip === chip);
