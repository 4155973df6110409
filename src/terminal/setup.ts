import type { PlatformKeys } from '../protocol/keys.ts';
import type { Hotline } from '../protocol/messages.ts';
import type { DeviceOptions } from './audio/device/options.ts';
import type { BoardFile } from './board/file.ts';
import type { RunningConfig } from './config.ts';
import type { ClientCertificate, Trusted } from './fleet/options.ts';
import type { Hardware } from './hardware/port.ts';

/** A terminal's configuration with everything it names read and checked. */
export interface TerminalSetup {
  readonly config: RunningConfig;
  readonly board: BoardFile;
  readonly trusted: Trusted;
  readonly platformKeys: PlatformKeys;
  /** By what the broker knows a phone that was claimed; without it by user and password. */
  readonly certificate?: ClientCertificate | undefined;
  readonly hotlines: readonly Hotline[];
  /** Why the list of hotlines is not believed and there are none; null where all is well. */
  readonly distrust: string | null;
}

/** What a simulator puts in place of the board's own parts. */
export interface Parts {
  readonly hardware?: Hardware;
  readonly device?: DeviceOptions;
}
