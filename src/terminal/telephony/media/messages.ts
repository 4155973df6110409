import type { MessagePort } from 'node:worker_threads';
import type { DeviceOptions } from '../../audio/device/options.ts';
import type { HandsetSound } from '../../audio/handset-sound.ts';
import type { Ear, Levels, LoopbackResult, MediaEvent, SayRequest, ToneName } from '../../audio/port.ts';
import type { RecordingFolders } from '../../audio/recordings.ts';
import type { CallOptions, RemoteMedia } from '../port.ts';
import type { MediaStats } from './stats.ts';

/** What the media engine is started with. */
export interface EngineOptions {
  device: DeviceOptions;
  /** Its levels, and for whom it is; none of either where not given. */
  handset?: HandsetSound;
  recordings: RecordingFolders;
  /** Nothing from the far end for this long is `media-lost`, ms. */
  mediaTimeout: number;
}

/** Orders to the engine, in order. Those with an `id` are answered by a `reply` of that id. */
export type Command =
  | { type: 'say'; request: SayRequest }
  | { type: 'name'; caller: string; name: Uint8Array }
  | { type: 'hush'; to: Ear }
  | { type: 'tone'; tone: ToneName | null }
  | { type: 'key-beep' }
  | { type: 'bridge'; call: string; on: boolean }
  | { type: 'digit'; call: string; digit: string }
  | { type: 'volume'; gain: number }
  | { type: 'levels'; ear: 'caller' | 'callee'; levels: Levels }
  | { type: 'echo'; on: boolean }
  | { type: 'loopback'; id: number }
  | { type: 'tap'; id: number; call: string; port: MessagePort }
  | { type: 'microphone'; id: number; port: MessagePort }
  | { type: 'open'; id: number; call: string; address: string; options: CallOptions }
  | { type: 'connect'; call: string; remote: RemoteMedia }
  | { type: 'release'; call: string }
  | { type: 'stats'; id: number; call: string }
  | { type: 'alive'; id: number }
  | { type: 'close'; id: number };

/** What a command with an `id` is answered: by `open` a port, by `stats` and `loopback` theirs, by others 0. */
export type Reply = number | MediaStats | LoopbackResult;

/** What the engine tells. A reply has either a value or an error. */
export type Notice =
  | { type: 'event'; event: MediaEvent }
  | { type: 'reply'; id: number; value?: Reply; error?: string };
