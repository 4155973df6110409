import type { BoardFile } from '../file.ts';
import { factsOf } from '../header.ts';
import { idlesOf } from './devices.ts';

/**
 * What must stand in /boot/firmware/config.txt of a Pi for this board: resistors of inputs switched on, lamps dark
 * while it boots, the serial port on the header. `onoff` cannot switch resistors; `gpiod` does it by itself.
 */
export function configLines({ hardware, computer, pulls, soundCard }: BoardFile): readonly string[] {
  if (!factsOf(computer)?.header) return [];
  const port = soundCard === 'i2s' ? ['dtparam=i2s=on'] : [];
  switch (hardware.kind) {
    case 'simulated':
    case 'input':
      return port;
    case 'serial':
      return [...port, ...serial(hardware.path, computer)];
    case 'gpio': {
      const { up, down } = idlesOf(hardware);
      const offsets = (idles: readonly { line: { offset: number } }[]) => idles.map(({ line }) => line.offset);
      const lamps = [hardware.lamps.line, hardware.lamps.fault].flatMap((lamp) => lamp ?? []);
      const dark = (lit: 'low' | 'high') => offsets(lamps.filter((lamp) => lamp.lit === lit));
      const [pullUp, pullDown] = pulls === 'resistors' ? ['pn', 'pn'] : ['pu', 'pd'];
      return [
        ...port,
        ...set(offsets(up), `ip,${pullUp}`),
        ...set(offsets(down), `ip,${pullDown}`),
        ...set(dark('high'), 'op,dl'),
        ...set(dark('low'), 'op,dh'),
      ];
    }
  }
}

const set = (lines: readonly number[], to: string) => (lines.length === 0 ? [] : [`gpio=${lines.join(',')}=${to}`]);

function serial(path: string, computer: BoardFile['computer']): readonly string[] {
  if (!/^\/dev\/(serial0|ttyAMA0|ttyS0)$/.test(path)) return [];
  // The good UART of a Pi 4 is on Bluetooth until that is switched off.
  return computer === 'raspberry-pi-5' ? ['dtparam=uart0=on'] : ['enable_uart=1', 'dtoverlay=disable-bt'];
}
