import type { Logger } from 'pino';
import type { BoardFile } from './board.ts';
import type { Hardware } from './port.ts';
import { openSerial } from './serial/open.ts';
import { openSimulated } from './simulated.ts';

/**
 * Opens the hook, keypad and lamps that a board file names. A device that is not there is no
 * error: it is told as a `board` fault, and tried again until it comes.
 */
export async function openHardware(board: BoardFile, log: Logger): Promise<Hardware> {
  switch (board.hardware.kind) {
    case 'simulated':
      return openSimulated();
    case 'serial':
      return openSerial(board.hardware, log);
  }
}
