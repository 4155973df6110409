import { factsOf, I2C_LINES, I2S_LINES, pinOfLine, UART_LINES } from '../../header.ts';
import { writtenAt } from '../../schema.ts';
import type { Finding, Rule, Written } from '../finding.ts';
import { type Use, usesOf } from '../uses.ts';
import { computerOf } from './lines.ts';

type Verdict = Omit<Finding, 'path'>;

/** Lines are on pins of the 40-pin header that are free. */
export const freePin: Rule = (file) => {
  const facts = factsOf(computerOf(file));
  if (!facts?.header) return [];
  return usesOf(file)
    .filter(({ offset }) => offset < facts.lines)
    .flatMap((use) => {
      const verdict = judge(file, use);
      return verdict ? [{ ...verdict, path: use.path }] : [];
    });
};

const among = (lines: readonly number[], offset: number) => lines.includes(offset);

function judge(file: Written, { offset, path, what }: Use): Verdict | null {
  const pin = pinOfLine(offset);
  if (pin === undefined)
    return {
      level: 'error',
      what: `line ${offset} is on no pin of the header`,
      why: 'The computer uses it inside, for its own parts; a wire cannot reach it, and driving it can disturb them.',
      remedy: 'Write the BCM number of a pin of the header, 2 to 27.',
    };
  if (pin.kind === 'reserved')
    return {
      level: 'error',
      what: `GPIO${offset} (pin ${pin.pin}) is reserved for the ID memory of a card on the header`,
      why: 'The firmware talks on pins 27 and 28 while it boots; what is on them can keep the computer from starting.',
      remedy: 'Take another pin. (Pin 27 is not GPIO27: that one is on pin 13.)',
    };
  if (among(I2S_LINES, offset) && writtenAt(file, ['soundCard']) === 'i2s')
    return {
      level: 'error',
      what: `GPIO${offset} (pin ${pin.pin}) is a pin of I2S, and the sound card is on I2S`,
      why: 'The card sends and takes its samples there (GPIO 18 to 21): neither it nor this would work.',
      remedy: 'Take another pin, or a sound card on USB (`soundCard`: usb).',
    };
  if (among(UART_LINES, offset))
    return {
      level: 'warning',
      what: `GPIO${offset} (pin ${pin.pin}) is the ${offset === 14 ? 'output' : 'input'} of the serial port`,
      why: 'Where the serial port or a console on it is switched on, it takes the line, and what it says looks like fingers.',
      remedy: 'Take another pin, or switch the port off: raspi-config > Interface > Serial: no, no.',
    };
  if (among(I2C_LINES, offset) && idlesLow(file, path))
    return {
      level: 'error',
      what: `GPIO${offset} (pin ${pin.pin}) cannot idle low: a resistor of 1.8 kOhm on the Pi pulls it up`,
      why: `An open contact would be read as closed: ${what} would never change.`,
      remedy: 'Take another pin, or close the contact to ground (`closed`: low).',
    };
  return null;
}

const idlesLow = (file: Written, path: Use['path']) => writtenAt(file, [...path.slice(0, -1), 'closed']) === 'high';
