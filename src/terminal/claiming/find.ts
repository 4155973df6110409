import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { type BoxConfig, PlatformPlace } from './config.ts';

/**
 * The platform that a new phone is to ask: as its own file says, or the boot partition, or the network; null where none of them knows one.
 * What is written on the phone goes before what anybody on the network can say.
 */
export async function findPlatform({ platform, boot }: BoxConfig, log: Logger): Promise<PlatformPlace | null> {
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
