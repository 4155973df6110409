import type { MessagePort } from 'node:worker_threads';

/** Where the handset's sound comes from and goes to. */
export type DeviceOptions =
  /**
   * A pair of programs with raw 16-bit little-endian mono PCM on stdout and stdin, each an argument list,
   * as `['arecord', '-q', '-t', 'raw', ...]`. They keep the time of a sound card. Rate defaults to 16000. One that
   * worked and is back within `blink` ms, 5000 by default, is not told gone.
   */
  | {
      kind: 'commands';
      capture: string[];
      playback: string[];
      rate?: 8_000 | 16_000 | 48_000;
      pcm?: CardNames;
      blink?: number;
    }
  /** Frames of 320 samples at 16 kHz, each its own Int16Array, both ways. */
  | { kind: 'port'; port: MessagePort }
  | { kind: 'none' };

/** The PCMs of ALSA that a pair of programs opens: what is wrong with them can then be told. */
export interface CardNames {
  readonly capture: string;
  readonly playback: string;
}
