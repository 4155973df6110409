import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { type BoxConfig, PlatformPlace } from './config.ts';
import { fromDhcp } from './dhcp.ts';
import { onNetwork } from './network.ts';

/**
 * The platform that a new phone is to ask: as its own file says, or the boot partition, or its lease, or who answers on the network; null
 * where none of them knows one. What is written on the phone goes before what anybody on the network can say, and has a fingerprint alone.
 */
export async function findPlatform(config: BoxConfig, log: Logger): Promise<PlatformPlace | null> {
  const written = await onPhone(config, log);
  if (written !== null) return written;
  const url = (await fromDhcp(config.dhcp, log)) ?? (await onNetwork(log));
  return url === null ? null : { url };
}

/** The platform that is written on the phone. */
export async function onPhone({ platform, boot }: BoxConfig, log: Logger): Promise<PlatformPlace | null> {
  return platform ?? (await onBootPartition(boot, log));
}

async function onBootPartition(file: string, log: Logger): Promise<PlatformPlace | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const read = PlatformPlace.safeParse(yaml(text));
  if (read.success) return read.data;
  log.warn(`${file}: not as it should be, so it is passed over: ${read.error.issues[0]?.message}`);
  return null;
}

function yaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
