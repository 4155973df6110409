import type { Part } from '../../protocol/self-test.ts';
import type { BoardFile } from '../board/file.ts';
import type { Led } from '../hardware/port.ts';
import type { VolumeButton } from './test/event.ts';

/** What there is on a phone to be tested, as its board file says. */
export interface Fitted {
  readonly volume: readonly VolumeButton[];
  readonly tamper: boolean;
  readonly lamps: readonly Led[];
  readonly sound: boolean;
  /** Played by software: there is nothing to look at. */
  readonly simulated: readonly Part[];
}

const BOTH = ['up', 'down'] as const;
const LAMPS = ['line', 'fault'] as const;
const SOUND: readonly Part[] = ['sound', 'echo'];
const HANDS: readonly Part[] = ['keys', 'hook', 'volume', 'lamps'];

/** What the phone of this board file has. A serial board does not say: it counts as having all that its protocol can tell. */
export function fittedOf(board: BoardFile): Fitted {
  return { ...fitted(board), simulated: simulatedOf(board) };
}

function simulatedOf({ hardware, audio }: BoardFile): readonly Part[] {
  return [...(audio.kind === 'simulated' ? SOUND : []), ...(hardware.kind === 'simulated' ? HANDS : [])];
}

function fitted({ hardware, audio }: BoardFile): Omit<Fitted, 'simulated'> {
  const sound = audio.kind !== 'none';
  switch (hardware.kind) {
    case 'gpio': {
      const { volume, tamper, lamps } = hardware;
      return {
        volume: volume === undefined ? [] : volume.down === undefined ? ['next'] : BOTH,
        tamper: tamper !== undefined,
        lamps: LAMPS.filter((led) => lamps[led] !== undefined),
        sound,
      };
    }
    case 'serial':
      return { volume: hardware.volumeButtons === 1 ? ['next'] : BOTH, tamper: true, lamps: LAMPS, sound };
    case 'simulated':
      return { volume: BOTH, tamper: false, lamps: LAMPS, sound };
    // Which keys a maker gave it besides its numbers nobody knows: none is asked for.
    case 'input':
      return { volume: [], tamper: false, lamps: [], sound };
  }
}
