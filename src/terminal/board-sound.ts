import { alsaDevice } from './audio/device/alsa.ts';
import type { DeviceOptions } from './audio/device/options.ts';
import { type HandsetSound, plainHandset } from './audio/handset-sound.ts';
import type { BoardFile } from './board/file.ts';

/** The sound card of a board. */
export function deviceOf({ audio }: BoardFile): DeviceOptions {
  switch (audio.kind) {
    case 'alsa':
      return alsaDevice(audio);
    case 'commands':
      return audio;
    case 'simulated':
    case 'none':
      return { kind: 'none' };
  }
}

/** What is special in the sound of a board's handset. */
export const handsetOf = ({ audio }: BoardFile): HandsetSound =>
  audio.kind === 'none' ? plainHandset() : audio.handset;
