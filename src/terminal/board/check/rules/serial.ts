import { writtenAt } from '../../schema.ts';
import type { Finding, Rule } from '../finding.ts';
import { computerOf } from './lines.ts';

const PATH = ['hardware', 'path'] as const;

/** A serial port is named so that it is the same one after the next start. */
export const lastingPort: Rule = (file) => {
  const port = writtenAt(file, PATH);
  if (typeof port !== 'string') return [];
  const warn = (what: string, why: string, remedy: string): Finding[] => [
    { level: 'warning', path: PATH, what, why, remedy },
  ];
  if (/^\/dev\/tty(USB|ACM)\d+$/.test(port))
    return warn(
      `${port} is whichever USB adapter was found at that turn`,
      'After a restart, or in another socket, the same name may be another device, and this phone is without keys.',
      'Write its name under /dev/serial/by-id: `ls -l /dev/serial/by-id` shows it.',
    );
  if (computerOf(file) === 'raspberry-pi-5' && port === '/dev/serial0')
    return warn(
      '/dev/serial0 of a Raspberry Pi 5 can be its debug connector, not pins 8 and 10',
      'Which of the two it is hangs on the version of its system.',
      'Write /dev/ttyAMA0, and `dtparam=uart0=on` in config.txt.',
    );
  if (computerOf(file) === 'raspberry-pi-4' && port === '/dev/ttyS0')
    return warn(
      '/dev/ttyS0 of a Raspberry Pi 4 is its small UART',
      'Its speed follows the clock of the graphics core, and it loses bytes when that changes.',
      'Write /dev/serial0, with `enable_uart=1` and `dtoverlay=disable-bt` in config.txt.',
    );
  return [];
};

/** So is an input device. */
export const lastingInput: Rule = (file) => {
  const device = writtenAt(file, PATH);
  if (typeof device !== 'string' || !/^\/dev\/input\/event\d+$/.test(device)) return [];
  return [
    {
      level: 'warning',
      path: PATH,
      what: `${device} is whichever input device was found at that turn`,
      why: 'After a restart the same name may be a mouse, and this phone is without hook and keys.',
      remedy: 'Write its name under /dev/input/by-id that ends in -event-kbd: `ls -l /dev/input/by-id` shows it.',
    },
  ];
};

/** The speed that boards speak. */
export const usualSpeed: Rule = (file) => {
  const baud = writtenAt(file, ['hardware', 'baud']);
  if (typeof baud !== 'number' || baud === 115_200) return [];
  return [
    {
      level: 'warning',
      path: ['hardware', 'baud'],
      what: `${baud} bit/s is not the speed of the keypad board's protocol`,
      why: 'At the wrong speed every line is noise: the phone has no keys and gives no dial tone.',
      remedy: 'Write 115200, or leave it out, unless the firmware was changed.',
    },
  ];
};
