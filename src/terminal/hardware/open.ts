import type { Logger } from 'pino';
import { openGpio } from './gpio/open.ts';
import { openInput } from './input/open.ts';
import type { Hardware } from './port.ts';
import { openSerial } from './serial/open.ts';
import { openSimulated } from './simulated.ts';
import type { HardwareWiring } from './wiring.ts';

/**
 * Opens the hook, keypad and lamps that a board file names. A device that is not there is no
 * error: it is told as a `board` fault, and tried again until it comes.
 */
export async function openHardware(wiring: HardwareWiring, log: Logger): Promise<Hardware> {
  switch (wiring.kind) {
    case 'simulated':
      return openSimulated();
    case 'serial':
      return openSerial(wiring, log);
    case 'gpio':
      return openGpio(wiring, log);
    case 'input':
      return openInput(wiring, log);
  }
}
