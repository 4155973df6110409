import { join } from 'node:path';
import type { Logger } from 'pino';
import { packageRoot } from '../protocol/package-root.ts';
import type { Voucher } from '../protocol/voucher.ts';
import { deviceOf, handsetOf } from './board-sound.ts';
import { findPlatform } from './claiming/find.ts';
import { whatItSays } from './claiming/says.ts';
import { Unclaimed } from './claiming/unclaimed.ts';
import type { BoxSetup } from './claiming/voucher-file.ts';
import { openHardware } from './hardware/open.ts';
import type { Parts } from './setup.ts';
import { openKey } from './storage/key.ts';
import { startMedia } from './telephony/media/start.ts';
import { serve } from './watchdog/service.ts';

/** No call is up while a phone waits to be claimed: this is nobody's silence. */
const NO_CALL = 30_000;

interface Waiting {
  /** Resolves with the voucher once it is kept, and whoever holds the handset has heard so. */
  readonly claimed: Promise<Voucher>;
  readonly failed: Promise<Error>;
  isOver(): boolean;
  /** Lets go of hook, keys and sound for the terminal, as which this process goes on. */
  handOver(): Promise<void>;
  close(): Promise<void>;
}

/** Opens hook, keys and sound of a phone that is nobody's, and waits until it is claimed; `keep` is resolved when the voucher is on the disk. */
export async function waitForClaim(
  { config, board }: BoxSetup,
  keep: (voucher: Voucher) => Promise<void>,
  log: Logger,
  parts: Parts,
): Promise<Waiting> {
  const key = await openKey(config.data, log);
  const says = await whatItSays();
  const media = await startMedia({
    ...{ device: parts.device ?? deviceOf(board), handset: handsetOf(board), mediaTimeout: NO_CALL },
    recordings: { builtIn: join(packageRoot(), 'src/terminal/audio/prompts') },
  });
  const hardware = parts.hardware ?? (await openHardware(board.hardware, log));
  const box = { key, says };
  const unclaimed = new Unclaimed({ box, hardware, media, keep, find: () => findPlatform(config, log), log });
  const alive = [
    { name: 'media thread', alive: () => media.alive() },
    { name: 'hook driver', alive: () => hardware.alive() },
  ];
  const service = serve(alive, log);
  log.info({ serial: says.serial }, 'this phone is nobody’s yet: lift its handset for the code');
  let over = false;
  void unclaimed.claimed.then(() => {
    over = true;
  });
  const release = async () => {
    unclaimed.close();
    // A simulator's hardware is the terminal's too.
    if (parts.hardware === undefined) await hardware.close();
    await media.close();
  };
  return {
    claimed: unclaimed.claimed,
    failed: media.died,
    isOver: () => over,
    handOver: () => {
      service.handOver();
      return release();
    },
    close: async () => {
      await service.close();
      await release();
    },
  };
}
